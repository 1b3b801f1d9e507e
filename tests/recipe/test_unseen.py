"""One policy for levels that training never had, whatever construct encodes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sklearn.preprocessing import LabelEncoder

from o16n.errors import UsageError
from o16n.recipe.program import Ref, Shape
from o16n.recipe.prove import prove
from o16n.recipe.recipe import Levels, Recipe
from o16n.recipe.replay import apply
from o16n.recipe.unseen import levels_of, notes
from tests.recipe.programs import Program, shape_of

RAW = pd.DataFrame(
    {
        "g": ["x", "y", "x", None, "y", "x", "y", "x"],
        "k": [1, 2, 3, 1, 2, 3, 1, 2],
        "size": [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5],
        "whole": [1.0, 2.0, np.nan, 1.0, 2.0, 1.0, 2.0, 1.0],
        "true": [True, False] * 4,
        "day": pd.to_datetime(["2026-01-01"] * 8),
        "name": list("abcdefgh"),
    }
)
NEVER = "was never in training"
NEW = RAW.iloc[[0, 1, 3]].assign(g=["x", "new", None])


def dummies(p: Program) -> Ref:
    g = p.add("getitem", p.source, ["g"], shape=shape_of(RAW[["g"]]))
    made = pd.get_dummies(RAW[["g"]])
    options = {"levels": {"g": ["x", "y"]}, "columns": list(made.columns)}
    return p.add("rules.get_dummies", g, shape=shape_of(made), **options)


def codes(p: Program) -> Ref:
    dtype = pd.CategoricalDtype(["x", "y"])
    column = p.add("getitem", p.source, "g")
    shape = Shape(kind="series", dtypes=(dtype,))
    made = p.add("method", column, "astype", "category", shape=shape)
    return p.add("attribute", p.add("attribute", made, "cat", role="lazy"), "codes")


def mapped(p: Program) -> Ref:
    return p.add("method", p.add("getitem", p.source, "g"), "map", {"x": 1.0, "y": 2.0})


def labelled(p: Program) -> Ref:
    encoder = LabelEncoder().fit(["x", "y", "gone"])
    filled = p.add("method", p.add("getitem", p.source, "g"), "fillna", "gone")
    return p.add("method", encoder, "transform", filled)


ENCODED = {"get_dummies": dummies, "category codes": codes, "map": mapped, "LabelEncoder": labelled}


def recipe(encode: Any, **unseen: Any) -> Recipe:
    p = Program(RAW)
    return replace(p.recipe(encode(p)), unseen=levels_of(RAW, unseen))


@pytest.mark.parametrize("encode", ENCODED.values(), ids=list(ENCODED))
def test_a_new_level_taken_as_missing_gives_what_a_missing_one_gives(encode: Any) -> None:
    given = apply(recipe(encode, g="missing"), NEW)
    gone = apply(recipe(encode), NEW.assign(g=["x", None, None]))
    np.testing.assert_array_equal(np.asarray(given.value), np.asarray(gone.value))
    assert given.rows.tolist() == [0, 1, 2]


ZEROS = {"get_dummies": [[0, 0]], "category codes": [-1], "map": [np.nan]}


@pytest.mark.parametrize("name", ENCODED)
def test_as_trained_is_what_the_notebooks_own_code_makes_of_it(name: str) -> None:
    given = apply(recipe(ENCODED[name], g="as trained"), NEW)
    if name == "LabelEncoder":  # which refuses it in training too
        assert given.rows.tolist() == [0, 2]
        assert "previously unseen labels" in str(given.verdicts[1])
    else:
        made = np.asarray(given.value, dtype=float)[[1]]
        np.testing.assert_array_equal(made, np.array(ZEROS[name], dtype=float))


@pytest.mark.parametrize("name", ["get_dummies", "category codes"])
def test_without_a_policy_it_is_refused(name: str) -> None:
    for how in ({}, {"g": "refuse"}):
        given = apply(recipe(ENCODED[name], **how), NEW)
        assert given.rows.tolist() == [0, 2]
        assert "column 'g' holds 'new', which training never had" in str(given.verdicts[1])


def test_the_proof_is_made_under_the_policy() -> None:
    for policy, refused in (("missing", False), ("refuse", True)):
        _, proof = prove(recipe(dummies, g=policy), RAW, [])
        told = " ".join(one.reason for one in proof.injected_refused)
        assert ("training never had" in told) is refused
        assert proof.injected == proof.injected_same > 0


def test_a_category_as_read_is_missing_under_either_policy() -> None:
    raw = RAW.assign(g=RAW["g"].astype("category"))
    for policy in ("missing", "as trained"):
        p = Program(raw)
        made = p.recipe(p.add("method", p.add("getitem", p.source, "g"), "isna"))
        given = apply(replace(made, unseen=levels_of(raw, {"g": policy})), NEW)
        assert given.value.tolist() == [False, True, True]
    assert apply(made, NEW).rows.tolist() == [0, 2]


def test_each_row_says_what_was_made_of_it() -> None:
    taken = recipe(dummies, g="missing", k="as trained")
    rows = pd.DataFrame({"g": ["x", "new", None, "odd"], "k": [1, 2, 3, 9]}, index=[7, 7, 8, 9])
    assert notes(taken, rows) == [
        "",
        "g: 'new' was never in training, taken as missing",
        "",
        f"g: 'odd' {NEVER}, taken as missing; k: 9 {NEVER}, taken as the notebook's code takes it",
    ]
    assert notes(taken, rows[["k"]])[1] == ""


def test_the_levels_are_those_of_all_raw_rows() -> None:
    found = levels_of(
        RAW, {"g": "missing", "k": "as trained", "whole": "missing", "true": "refuse"}
    )
    assert found == {
        "g": Levels(policy="missing", known=("x", "y")),
        "k": Levels(policy="as trained", known=(1, 2, 3)),
        "whole": Levels(policy="missing", known=(1.0, 2.0)),
    }


WRONG = {
    "unknown": ({"gg": "missing"}, r"\[unseen\]: unknown column 'gg'; did you mean g\?"),
    "measures": ({"size": "as trained"}, "column 'size' has no levels"),
    "days": ({"day": "missing"}, "column 'day' has no levels"),
    "names": ({"name": "missing"}, "column 'name' has no levels"),
    "whole numbers": ({"k": "missing"}, "'k' holds whole numbers without a gap.*use \"refuse\""),
    "truth values": ({"true": "missing"}, "'true' holds truth values without a gap"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_policy_that_cannot_be_is_refused_in_one_line(name: str) -> None:
    asked, words = WRONG[name]
    with pytest.raises(UsageError, match=words):
        levels_of(RAW, asked)  # type: ignore[arg-type]


LEVEL = some.sampled_from(["x", "y", "new", "", None])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    cells=some.lists(LEVEL, min_size=1, max_size=6),
    policy=some.sampled_from(["refuse", "missing", "as trained"]),
    name=some.sampled_from(sorted(ENCODED)),
)
def test_a_row_alone_gets_what_it_gets_among_others_under_any_policy(
    cells: list[Any], policy: str, name: str
) -> None:
    made = recipe(ENCODED[name], g=policy)
    frame = pd.DataFrame({"g": pd.Series(cells, dtype=object), "k": 1, "size": 0.5})
    frame = frame.assign(whole=1.0, true=True, day=RAW["day"][0], name="a")
    together = apply(made, frame)
    values = dict(zip(together.rows.tolist(), np.asarray(together.value).tolist(), strict=True)) if len(together.rows) else {}  # fmt: skip
    for at in range(len(cells)):
        alone = apply(made, frame.iloc[[at]])
        assert (alone.value is not None) == (at in values)
        if at in values:
            np.testing.assert_array_equal(np.asarray(alone.value)[0], values[at])
    told = [one != "" for one in notes(made, frame)]
    new = [one in ("new", "") for one in cells]
    assert told == (new if policy != "refuse" else [False] * len(cells))

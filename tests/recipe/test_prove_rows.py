"""Rows one by one find what all rows together hide: an order, a batch's own figures, a null that is filled by a neighbour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import OneHotEncoder

from o16n.recipe.program import Code, Ref
from o16n.recipe.proof import Use
from o16n.recipe.prove import prove
from o16n.recipe.replay import play
from tests.recipe.programs import Program

RNG = np.random.default_rng(0)
RAW = pd.DataFrame(
    {"a": RNG.normal(size=150).round(3), "k": RNG.integers(0, 5, 150), "g": RNG.choice(["x", "y"], 150), "y": RNG.normal(size=150)}
)  # fmt: skip


def proven(build, *, raw=RAW, places=None, model=True, target="y", **how):
    p = Program(raw)
    recipe = p.recipe(build(p))
    played = play(recipe, raw, loose=())
    places = played.rows if places is None else places
    matrix = played.value.iloc[np.searchsorted(played.rows, places)]
    fitted = LinearRegression().fit(matrix, raw["y"].iloc[places]) if model else None
    return prove(recipe, raw, [Use(matrix=matrix, places=places)], fitted, target=target, **how)


def neighbour(source):
    """A function of the notebook that the order of rows decides."""
    return Code(kind="lambda", name="look", source=source)


def with_column(p, value):
    frame = p.add("getitem", p.source, ["a", "k"])
    p.add("setitem", frame, "new", value(p, frame), changes=frame)
    return frame


def test_a_recipe_that_takes_each_row_by_itself_is_proven_in_every_way():
    recipe, proof = proven(
        lambda p: with_column(p, lambda p, frame: p.add("mul", p.add("getitem", frame, "a"), 2))
    )
    assert recipe.state == "proven"
    assert (proof.alone, proof.unseen_answered) == (120, 150)
    assert proof.required == ("a", "k")
    assert proof.optional == ("g", "y")
    assert proof.injected == proof.injected_same == 27
    assert sum(one.rows for one in proof.injected_refused) == 12
    assert proof.label == ""


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("the figures of the batch", "lambda s: (s - s.mean()) / (s.std() + 1)"),
        ("the row before", "lambda s: s.shift(1).fillna(s)"),
        ("the number of rows", "lambda s: s / len(s)"),
        ("the rank", "lambda s: s.rank()"),
    ],
)
def test_what_looks_at_other_rows_is_refused_with_the_line(name, source):
    column = lambda p, frame: p.add("call", neighbour(source), p.add("getitem", frame, "a"))  # noqa: E731
    recipe, proof = proven(lambda p: with_column(p, column))
    assert recipe.state == "refused", name
    assert recipe.reason.startswith(
        "cell 2 line 3 `line 3 of the notebook`: a row alone gives another result than among others"
    )
    assert not proof.predictions_equal


def test_a_fill_from_the_neighbour_that_changed_nothing_is_found_by_an_injected_null():
    def fill(p, frame):
        return p.add("call", neighbour("lambda s: s.ffill()"), p.add("getitem", frame, "a"))

    recipe, proof = proven(lambda p: with_column(p, fill))
    assert recipe.state == "refused"
    assert recipe.reason.startswith("with a null in column 'a', cell 2 line 3")
    assert proof.alone == 120


def test_the_label_among_the_inputs_is_a_finding_and_still_proven():
    recipe, proof = proven(lambda p: p.add("getitem", p.source, ["a", "y"]))
    assert recipe.state == "proven"
    assert proof.label == "y"


def test_rows_that_a_filter_takes_out_are_counted_by_line():
    def build(p):
        few = p.add(
            "getitem",
            p.source,
            p.add("lt", p.add("getitem", p.source, "a"), 0.5),
            role="filter",
            follows=p.source,
        )
        return p.add("getitem", few, ["a", "k"])

    recipe, proof = proven(build)
    assert recipe.state == "proven"
    gone = int((RAW.a >= 0.5).sum())
    assert [(one.cell, one.line, one.rows) for one in proof.taken_out] == [(2, 3, gone)]
    assert proof.unseen_answered == 150 - gone
    assert proof.unseen_refused[0].rows == gone


def test_an_encoder_that_refuses_unseen_levels_answers_the_other_rows():
    encoder = OneHotEncoder(sparse_output=False).fit(RAW[["g"]])
    encoder.set_output(transform="pandas")
    recipe, proof = proven(
        lambda p: p.add("method", encoder, "transform", p.add("getitem", p.source, ["g"]))
    )
    assert recipe.state == "proven"
    assert proof.unseen_answered == proof.unseen
    assert proof.injected_answered == 0
    assert any("unknown categories" in one.reason for one in proof.injected_refused)


def test_rows_that_are_lost_make_a_partial_recipe_which_is_refused():
    def build(p):
        few = p.add(
            "getitem",
            p.source,
            p.add("lt", p.add("getitem", p.source, "a"), 0.5),
            role="filter",
            follows=p.source,
        )
        return p.add("getitem", few, ["a", "k"])

    p = Program(RAW)
    recipe = p.recipe(build(p))
    matrix = RAW[["a", "k"]]
    refused, proof = prove(recipe, RAW, [Use(matrix=matrix, places=np.arange(150))])
    assert refused.state == "refused"
    assert refused.reason.startswith(f"partial: only {proof.matched} of 150 rows")
    assert proof.partial


def test_a_failure_in_bulk_names_the_operation_by_the_notebooks_own_results():
    p = Program(RAW)
    a = p.add("getitem", p.source, ["a", "k"])
    recipe = p.recipe(p.add("mul", a, 2))
    told = {1: (RAW[["a", "k"]], np.arange(150)), 2: (RAW[["a", "k"]] * 3, np.arange(150))}
    refused, _ = prove(recipe, RAW, [Use(matrix=told[2][0], places=np.arange(150))], snapshots=told)
    assert refused.reason.startswith(
        "cell 2 line 2 `line 2 of the notebook`: the replay gives another result than the notebook"
    )


def test_what_time_does_not_allow_is_said_and_columns_untried_are_required():
    recipe, proof = proven(lambda p: p.add("getitem", p.source, ["a", "k"]), seconds=0.0)
    assert recipe.state == "proven"
    assert proof.skipped == (
        "column a",
        "column k",
        "column g",
        "column y",
        "rows alone",
        "unseen rows",
        "damaged rows",
    )
    assert proof.required == ("a", "k", "g", "y")


def test_a_row_that_depends_on_the_frozen_rows_is_alone_what_it_is_in_bulk():
    def share(rows):
        def column(p, frame):
            values = p.add("getitem", frame, "a")
            held = Ref(values.register) if rows is None else rows
            code = Code(
                kind="lambda", name="f", source="lambda v: (rows < v).mean()", frozen={"rows": held}
            )
            return p.add("method", values, "map", code)

        return column

    recipe, _ = proven(lambda p: with_column(p, share(RAW["a"])))
    assert recipe.state == "proven"
    assert [(one.name, one.rows) for one in recipe.frozen_sizes] == [("rows", 150)]
    refused, _ = proven(lambda p: with_column(p, share(None)))
    assert refused.state == "refused"
    assert refused.reason.startswith("cell 2 line 3")

"""A replay takes raw rows the notebook's way: each row by itself, with a verdict where there is no answer."""

from __future__ import annotations

import gc

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import LabelEncoder, StandardScaler

from o16n.errors import BundleError, RecipeRefused, RowsRefused
from o16n.recipe import replay
from o16n.recipe.program import Code, Named, Ref, Shape, Site
from o16n.recipe.recipe import Recipe
from o16n.recipe.replay import apply, play
from tests.recipe.programs import Program, shape_of

RAW = pd.DataFrame(
    {
        "a": [1.0, None, 3.0, 40.0],
        "k": [1, 2, 3, 4],
        "g": ["x", "y", None, "x"],
        "d": ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"],
    }
)


def played(program, target, frame=RAW, **how):
    return play(program.recipe(target), frame, **how)


def test_operations_run_in_order_and_registers_keep_what_they_made():
    p = Program(RAW)
    filled = p.add("method", p.source, "fillna", {"a": 2.0})
    doubled = p.add("mul", p.add("getitem", filled, "a"), 2)
    p.add("setitem", filled, "b", doubled, changes=filled)
    result = played(p, p.add("getitem", filled, ["b", "k"]))
    assert result.value["b"].tolist() == [2.0, 4.0, 6.0, 80.0]
    assert result.rows.tolist() == [0, 1, 2, 3]
    assert result.verdicts == {}


def test_the_given_rows_are_left_as_they_were_and_their_index_does_not_matter():
    p = Program(RAW)
    p.add("setitem", p.source, "k", 0, changes=p.source)
    frame = RAW.set_axis(list("dcba"))
    before = frame.copy()
    result = played(p, p.add("getitem", p.source, ["k"]), frame)
    pd.testing.assert_frame_equal(frame, before)
    assert result.value.index.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        ("getitem", ("k",), [1, 2, 3, 4]),
        ("attribute", ("k",), [1, 2, 3, 4]),
        ("loc", ((slice(None), "k"),), [1, 2, 3, 4]),
        ("iloc", ((slice(None), 1),), [1, 2, 3, 4]),
        ("method", ("get", "k"), [1, 2, 3, 4]),
        ("same", (), None),
        ("pandas.isna", (), None),
        ("numpy.shape", (), BundleError),
        ("attribute", ("to_csv",), RecipeRefused),
        ("at", ((0, "k"),), None),
    ],
    ids=range(10),
)
def test_each_form_does_what_python_does(function, arguments, expected):
    p = Program(RAW)
    target = p.add(function, p.source, *arguments)
    if isinstance(expected, type):
        with pytest.raises(expected):
            played(p, target)
        return
    value = played(p, target).value
    if expected is not None:
        assert value.tolist() == expected


def test_stores_change_the_register_and_copies_do_not_follow():
    p = Program(RAW)
    copy = p.add("same", p.source)
    p.add(
        "set_loc",
        p.source,
        (p.add("gt", p.add("getitem", p.source, "k"), 2), "k"),
        0,
        changes=p.source,
    )
    p.add("set_iloc", p.source, (slice(None), 0), 9.0, changes=p.source)
    p.add("setattr", p.source, "columns", ["A", "K", "G", "D"], changes=p.source)
    p.add("delitem", p.source, "D", changes=p.source)
    assert played(p, p.source).value.to_dict("list") == {
        "A": [9.0] * 4, "K": [1, 2, 0, 0], "G": ["x", "y", pytest.approx(np.nan, nan_ok=True), "x"]
    }  # fmt: skip
    assert played(p, copy).value["k"].tolist() == [1, 2, 3, 4]


def test_functions_loops_and_names_are_called():
    p = Program(RAW)
    loop = Code(
        kind="loop", name="loop", source="for v in k:\n    hs.append(v + add)", takes=("k",), gives=("hs",),
        frozen={"hs": [], "add": 1},
    )  # fmt: skip
    whole = p.add("call", loop, p.add("getitem", p.source, "k"), role="lazy")
    hs = p.add("nth", whole, "hs")
    as_text = p.add("method", p.add("getitem", p.source, "k"), "map", Named("builtins.str"))
    both = p.add("numpy.column_stack", [hs, as_text])
    recipe = p.recipe(both)
    for _ in range(2):
        assert play(recipe, RAW).value.tolist() == [[2, "1"], [3, "2"], [4, "3"], [5, "4"]]


def test_a_function_that_froze_rows_sees_the_rows_of_the_replay():
    p = Program(RAW)
    k = p.add("getitem", p.source, "k")
    share = Code(
        kind="lambda",
        name="share",
        source="lambda v: v / rows.max()",
        frozen={"rows": Ref(k.register)},
    )
    assert played(p, p.add("method", k, "map", share)).value.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert played(p, p.add("method", k, "map", share), RAW.iloc[:2]).value.tolist() == [0.5, 1.0]


def test_estimators_accessors_and_sparse_results_are_followed():
    p = Program(RAW)
    words = CountVectorizer(token_pattern=".").fit(["x", "y"])
    texts = p.add("method", p.add("getitem", p.source, "g"), "fillna", "x")
    upper = p.add("method", p.add("attribute", texts, "str", role="lazy"), "lower")
    counted = p.add("method", words, "transform", upper)
    result = played(p, counted)
    assert sparse.issparse(result.value)
    assert result.value.toarray().tolist() == [[1, 0], [0, 1], [1, 0], [1, 0]]


# -- filters


def filtered():
    p = Program(RAW)
    kept = p.add(
        "getitem",
        p.source,
        p.add("lt", p.add("getitem", p.source, "k"), 3),
        role="filter",
        follows=p.source,
    )
    whole = p.add("method", kept, "dropna", role="filter", subset=["a"])
    return p, kept, p.add("getitem", whole, ["k"])


def test_a_filter_says_by_cell_and_line_which_rows_it_takes_out():
    p, _, target = filtered()
    result = played(p, target)
    assert result.rows.tolist() == [0]
    assert result.value["k"].tolist() == [1]
    assert {row: str(one) for row, one in result.verdicts.items()} == {
        1: "cell 2 line 4: this line takes the row out: line 4 of the notebook",
        2: "cell 2 line 3: this line takes the row out: line 3 of the notebook",
        3: "cell 2 line 3: this line takes the row out: line 3 of the notebook",
    }
    assert all(one.filtered for one in result.verdicts.values())


def test_a_loose_filter_lets_every_row_through():
    p, kept, target = filtered()
    assert played(p, target, loose=[kept.register]).rows.tolist() == [0, 2, 3]
    assert play(
        p.recipe(target, loose=(kept.register, target.register - 1)), RAW
    ).rows.tolist() == [0, 1, 2, 3]


def test_no_row_left_ends_the_replay_before_anything_fails_on_nothing():
    p = Program(RAW)
    none = p.add(
        "getitem",
        p.source,
        p.add("gt", p.add("getitem", p.source, "k"), 9),
        role="filter",
        follows=p.source,
    )
    scaler = StandardScaler().fit(RAW[["k"]])
    result = played(p, p.add("method", scaler, "transform", p.add("getitem", none, ["k"])))
    assert result.value is None
    assert len(result.verdicts) == 4


@pytest.mark.parametrize(
    ("method", "arguments", "options", "kept"),
    [
        ("dropna", (), {}, [0, 1, 3]), ("dropna", (), {"subset": ["a"]}, [0, 2, 3]), ("query", ("k > 2",), {}, [2, 3]),
    ],
    ids=range(3),
)  # fmt: skip
@pytest.mark.parametrize("labels", ["unique", "doubled"])
def test_rows_are_followed_through_methods_also_where_labels_are_doubled(
    method, arguments, options, kept, labels
):
    raw = RAW.assign(g=["x", "y", None, "x"], a=[1.0, None, 3.0, 4.0])
    raw.loc[1, "a"] = 2.0 if method == "dropna" and not options.get("subset") else raw.loc[1, "a"]
    p = Program(raw)
    owner = p.add("method", p.source, "set_index", "d") if labels == "unique" else p.source
    if labels == "doubled":
        p.add("setattr", p.source, "index", [7, 7, 8, 8], changes=p.source)
    target = p.add(
        "getitem", p.add("method", owner, method, *arguments, role="filter", **options), ["k"]
    )
    assert played(p, target, raw).rows.tolist() == kept


def test_a_filter_in_place_and_one_by_a_mask_in_an_array_are_followed():
    p = Program(RAW)
    p.add("method", p.source, "dropna", changes=p.source, role="filter", inplace=True, subset=["g"])
    matrix = p.add("method", p.add("getitem", p.source, ["k"]), "to_numpy")
    small = p.add("lt", p.add("getitem", matrix, (slice(None), 0)), 4)
    result = played(p, p.add("getitem", matrix, small, role="filter", follows=matrix))
    assert result.value.tolist() == [[1], [2]]
    assert sorted(result.verdicts) == [2, 3]


def test_a_mask_in_another_order_is_taken_by_label():
    p = Program(RAW)
    turned = p.add("iloc", p.add("gt", p.add("getitem", p.source, "k"), 2), slice(None, None, -1))
    result = played(p, p.add("getitem", p.source, turned, role="filter", follows=p.source))
    assert result.rows.tolist() == [2, 3]
    assert result.value["k"].tolist() == [3, 4]


# -- choices of training rows


def test_what_chose_training_rows_lets_all_through_and_keeps_its_columns():
    p = Program(RAW)
    shuffled = p.add("method", p.source, "sample", role="pass", frac=0.5)
    first = p.add("iloc", shuffled, (slice(0, 2), [1, 0]), role="pass")
    head = p.add("getitem", first, slice(0, 1), role="pass")
    assert played(p, head).value.to_dict("list") == {
        "k": [1, 2, 3, 4],
        "a": pytest.approx([1, np.nan, 3, 40], nan_ok=True),
    }


def test_a_pass_is_a_copy_so_that_the_other_branch_stays():
    p = Program(RAW)
    train = p.add("method", p.source, "head", role="pass")
    p.add("setitem", train, "k", 0, changes=train)
    assert played(p, p.add("getitem", p.source, ["k"])).value["k"].tolist() == [1, 2, 3, 4]


def stacked(second):
    p = Program(RAW)
    left = p.add("same", p.source, role="pass")
    right = p.add("same", p.source, role="pass")
    p.add("setitem", left, "q", 1, changes=left)
    p.add("setitem", right, "q", second, changes=right)
    both = p.add("pandas.concat", [left, right], role="concat", follows=left)
    return p, p.add("getitem", both, ["q"])


def test_one_row_stacked_twice_is_one_row_where_its_copies_agree():
    p, target = stacked(1)
    assert played(p, target).value["q"].tolist() == [1, 1, 1, 1]
    p, target = stacked(2)
    with pytest.raises(
        RecipeRefused,
        match=r"the stacked parts prepare one row differently.*first is 2 instead of 1",
    ):
        played(p, target)


def test_parts_by_a_condition_are_stacked_in_any_order_and_an_empty_one_is_no_fault():
    p = Program(RAW)
    small = p.add("lt", p.add("getitem", p.source, "k"), 3)
    scaler = StandardScaler().fit(RAW[["k"]])
    parts = []
    for mask, value in ((p.add("invert", small), 7), (small, 8)):
        part = p.add(
            "getitem", p.source, mask, role="filter", follows=p.source, shape=shape_of(RAW)
        )
        k = p.add(
            "getitem",
            part,
            ["k"],
            shape=Shape(kind="frame", columns=("k",), dtypes=(np.dtype("int64"),)),
        )
        p.add(
            "method",
            scaler,
            "transform",
            k,
            shape=Shape(kind="array", dtypes=(np.dtype("float64"),)),
        )
        p.add("setitem", part, "q", value, changes=part)
        parts.append(part)
    both = p.add("pandas.concat", parts, role="concat", follows=parts[0])
    recipe = p.recipe(p.add("getitem", both, ["k", "q"]))
    assert apply(recipe, RAW).value.to_numpy().tolist() == [[1, 8], [2, 8], [3, 7], [4, 7]]
    assert apply(recipe, RAW.iloc[[1]]).value.to_numpy().tolist() == [[2, 8]]


# -- refusals


def test_an_operation_that_fails_is_named_by_what_it_calls_place_and_cause():
    p = Program(RAW)
    target = p.add("method", p.add("getitem", p.source, "g"), "astype", Named("builtins.int"))
    with pytest.raises(
        RecipeRefused,
        match=r"cell 2 line 2: astype cannot take the rows: ValueError: .*; the line is `line 2",
    ):
        played(p, target)


def test_rows_made_of_nothing_are_refused():
    p = Program(RAW)
    with pytest.raises(RecipeRefused, match="concatenate cannot take the rows: 6 rows came from 4"):
        played(
            p,
            p.add("numpy.concatenate", [p.add("getitem", p.source, "k"), [1, 2]], follows=p.source),
        )


def encoded():
    p = Program(RAW)
    encoder = LabelEncoder().fit(["x", "y"])
    return p.recipe(p.add("method", encoder, "transform", p.add("getitem", p.source, "g")))


def test_a_row_that_an_operation_cannot_take_stops_no_other():
    frame = pd.DataFrame({**RAW.iloc[[0] * 9].to_dict("list"), "g": list("xyxqxxyzx")})
    result = apply(encoded(), frame)
    assert result.value.tolist() == [0, 1, 0, 0, 0, 1, 0]
    assert result.rows.tolist() == [0, 1, 2, 4, 5, 6, 8]
    assert sorted(result.verdicts) == [3, 7]
    assert "previously unseen labels" in str(result.verdicts[3])
    assert apply(encoded(), frame.iloc[[3, 7]]).value is None


def test_a_category_that_training_never_had_is_refused_by_column_and_value_or_taken_by_policy():
    p = Program(RAW)
    levels = pd.CategoricalDtype(["x", "y"])
    shape = Shape(kind="series", dtypes=(levels,))
    codes = p.add(
        "attribute",
        p.add("method", p.add("getitem", p.source, "g"), "astype", "category", shape=shape),
        "cat",
        role="lazy",
    )
    recipe = p.recipe(p.add("attribute", codes, "codes"))
    frame = RAW.assign(g=["x", "new", None, "y"])
    result = play(recipe, frame)
    assert result.value.tolist() == [0, -1, 1]
    assert (
        str(result.verdicts[1]) == "cell 2 line 2: column 'g' holds 'new', which training never had"
    )
    assert play(recipe, frame, unseen={"g": "missing"}).value.tolist() == [0, -1, -1, 1]
    with pytest.raises(BundleError, match="'ignore' is no policy"):
        play(recipe, frame, unseen={"g": "ignore"})


def test_a_recipe_that_is_not_proven_answers_nothing():
    for state in ("missing", "no raw data", "refused"):
        with pytest.raises(BundleError, match="there is no recipe: because"):
            apply(Recipe(state=state, reason="because"), RAW)


def test_a_missing_column_is_named():
    p = Program(RAW)
    with pytest.raises(RowsRefused, match="missing column 'k'"):
        played(p, p.source, RAW.drop(columns="k"))


def test_live_steps_live_as_long_as_their_recipe():
    gc.collect()
    before = len(replay._READY)
    recipe = encoded()
    play(recipe, RAW.iloc[:2])
    assert len(replay._READY) == before + 1
    del recipe
    gc.collect()
    assert len(replay._READY) == before


def test_an_observer_sees_each_result_with_the_positions_of_its_rows():
    p, _, target = filtered()
    seen = {}
    played(
        p,
        target,
        observe=lambda operation, _, rows: seen.__setitem__(operation.number, rows.tolist()),
    )
    assert seen == {0: [0, 1, 2, 3], 1: [0, 1, 2, 3], 2: [0, 1, 2, 3], 3: [0, 1], 4: [0], 5: [0]}


def test_what_no_later_operation_needs_is_let_go():
    p = Program(RAW)
    a = p.add("getitem", p.source, "a")
    b = p.add("add", a, 1)
    steps = replay._live(p.recipe(b))
    assert [one.done for one in steps] == [(), (p.source.register,), (a.register,)]


def test_a_place_is_shown_as_a_person_counts():
    assert str(Site(cell=3, line=2)) == "cell 3 line 2"

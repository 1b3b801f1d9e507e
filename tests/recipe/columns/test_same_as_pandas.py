"""Every form on columns gives to the bit what pandas gives, for any cells; what it cannot, it leaves to pandas."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from o16n.recipe.columns.forms import light
from o16n.recipe.program import Code, Named
from tests.recipe.columns.rows import both_agree, frames, on_columns
from tests.recipe.programs import Program

SAMPLE = pd.DataFrame(
    {
        "f": [1.5, np.nan, -0.0], "g": [2.0, 3.0, 4.5], "i": [1, 2, 3], "j": [4, 0, 6],
        "b": [True, False, True], "t": ["Mr", "mrs", None], "s": ["S", "C", "S"],
        "o": ["x", None, "y"], "c": pd.Categorical(["S", None, "Q"], ["S", "C", "Q"]),
        "d": pd.to_datetime(["2020-01-01", None, "2021-05-06"]).astype("datetime64[us]"),
    }
).astype({"t": "str", "s": "str", "o": "object"})  # fmt: skip
MANY = int(os.environ.get("O16N_ROWS", "8"))
TITLES = {"Mr": 0, "mrs": 1, "ab": 2}
NUMBERS = ["f", "g", "i", "b"]


def col(p, name):
    return p.add("getitem", p.source, name)


def method(name, *arguments, of="f", **options):
    return lambda p: p.add("method", col(p, of), name, *arguments, **options)


def on_frame(name, *arguments, **options):
    return lambda p: p.add("method", p.source, name, *arguments, **options)


def two(function, left, right):
    def add(p):
        sides = [
            col(p, one) if isinstance(one, str) and one in SAMPLE else one for one in (left, right)
        ]
        return p.add(function, *sides)

    return add


def text(name, *arguments, of="t", **options):
    def add(p):
        accessor = p.add("attribute", col(p, of), "str", role="lazy")
        if name == "getitem":
            return p.add("getitem", accessor, *arguments)
        return p.add("method", accessor, name, *arguments, **options)

    return add


def put(key, value, then=None):
    def add(p):
        given = value(p) if callable(value) else value
        p.add("setitem", p.source, key, given, changes=p.source)
        return p.source if then is None else p.add("getitem", p.source, then)

    return add


def put_where(name, value, over="i"):
    def add(p):
        mask = p.add("gt", col(p, over), 2)
        p.add("set_loc", p.source, (mask, name), value, changes=p.source)
        return p.source

    return add


def kept(mask):
    return lambda p: p.add("getitem", p.source, mask(p), role="filter", follows=p.source)


def called(source):
    return Code(kind="lambda", name="f", source=source)


def dummies(names, new, **options):
    levels = {one: ["C", "Q", "S"] for one in names}
    rest = [one for one in SAMPLE if one not in names]
    return lambda p: p.add(
        "rules.get_dummies", p.source, levels=levels, columns=[*rest, *new], **options
    )


def joined(p):
    left = p.add("getitem", p.source, ["f", "i"])
    right = p.add("method", p.add("getitem", p.source, ["g", "b"]), "rename", columns={"g": "h"})
    return p.add("pandas.concat", [left, right, col(p, "t")], axis=1)


def named(p):
    matrix = p.add("attribute", p.add("getitem", p.source, ["f", "i"]), "values")
    return p.add("pandas.DataFrame", matrix, columns=["x", "y"])


FORMS = {
    "a column": lambda p: col(p, "t"),
    "columns": lambda p: p.add("getitem", p.source, ["i", "t", "c", "d"]),
    "a column by its name": lambda p: p.add("attribute", p.source, "f"),
    "a matrix": lambda p: p.add("attribute", p.add("getitem", p.source, ["f", "i"]), "values"),
    "a matrix of whole numbers": lambda p: p.add("method", p.add("getitem", p.source, ["i", "j"]), "to_numpy"),
    "cells": method("to_numpy", of="i"),
    **{f"{one} of fractions": two(one, "f", "g") for one in ("add", "sub", "mul", "truediv")},
    **{f"{one} of whole numbers": two(one, "i", "j") for one in ("add", "sub", "mul", "truediv")},
    **{f"{one} with a number": two(one, "f", 3) for one in ("add", "sub", "mul", "truediv", "gt", "eq")},
    **{f"{one} from a number": two(one, 2.5, "i") for one in ("sub", "truediv")},
    **{f"{one} compared": two(one, "f", "i") for one in ("eq", "ne", "lt", "le", "gt", "ge")},
    **{f"{one} of truths": (lambda p, one=one: p.add(one, p.add("gt", col(p, "f"), 0), p.add("lt", col(p, "i"), 5))) for one in ("and_", "or_")},
    "not": lambda p: p.add("invert", p.add("gt", col(p, "f"), 0)),
    "minus": lambda p: p.add("neg", col(p, "f")),
    "a text compared": two("eq", "t", "Mr"),
    "not a text": two("ne", "t", "Mr"),
    "a table less its means": lambda p: p.add("sub", p.add("getitem", p.source, ["f", "i"]), pd.Series({"f": 1.5, "i": 2.0})),
    "a table by a number": lambda p: p.add("mul", p.add("getitem", p.source, ["f", "i"]), 3),
    **{f"numpy {one}": (lambda p, one=one: p.add(f"numpy.{one}", col(p, "f"))) for one in ("log1p", "log", "sqrt", "exp", "abs", "square")},
    "log of whole numbers": lambda p: p.add("numpy.log1p", col(p, "i")),
    "absolute": method("abs"),
    **{f"{one} of {of}": method(one, of=of) for one in ("isna", "notnull") for of in ("f", "i", "t", "o", "c", "d")},
    "filled": method("fillna", 7),
    "texts filled": method("fillna", "Mr", of="t"),
    "nothing to fill": method("fillna", 7, of="i"),
    "filled by another": lambda p: p.add("method", col(p, "f"), "fillna", col(p, "g")),
    "a table filled": on_frame("fillna", {"f": 1.5, "t": "none"}),
    "a table filled by a series": lambda p: p.add("method", p.add("getitem", p.source, ["f", "g"]), "fillna", pd.Series({"f": 1.0, "g": 2.0})),
    "whole numbers as fractions": method("astype", Named("builtins.float"), of="i"),
    "truths as whole numbers": method("astype", "int", of="b"),
    "a table as fractions": lambda p: p.add("method", p.add("getitem", p.source, ["i", "b"]), "astype", Named("builtins.float")),
    "texts looked up": method("map", TITLES, of="t"),
    "texts looked up as texts": method("map", {"Mr": "man", "mrs": "woman"}, of="t"),
    "numbers looked up": method("map", {1: 1.5, 2: 7, 3: 9}, of="i"),
    "fractions looked up": method("map", {1: 10, 0: 20}, of="f"),
    "clipped": method("clip", -1, 2.5),
    "clipped below": method("clip", lower=0.0),
    "among texts": method("isin", ["Mr", "ab"], of="t"),
    "among numbers": method("isin", [1, 3], of="i"),
    "chosen": lambda p: p.add("numpy.where", p.add("gt", col(p, "f"), 0), 1, 0),
    "chosen between columns": lambda p: p.add("numpy.where", p.add("gt", col(p, "f"), 0), col(p, "g"), 0.5),
    "a function of numbers": method("apply", called("lambda v: v * 2 + 1"), of="i"),
    "a function of texts": method("map", called("lambda v: len(str(v))"), of="t"),
    "a function that gives texts": method("apply", called("lambda v: 'low' if v < 5 else 'high'"), of="i"),
    "a function that gives truths": method("apply", called("lambda v: v != v"), of="f"),
    "a new column": put("n", lambda p: p.add("add", col(p, "f"), 1)),
    "another column's cells": put("f", lambda p: col(p, "t")),
    "a constant": put("n", 3),
    "a constant in a column that is there": put("t", 1.5),
    "a matrix put": put(["f", "g"], lambda p: p.add("attribute", p.add("getitem", p.source, ["g", "i"]), "values")),
    "columns put": put(["f", "n"], lambda p: p.add("getitem", p.source, ["g", "t"])),
    "fractions where": put_where("f", 9),
    "whole numbers where": put_where("j", 9),
    "texts where": put_where("t", "new"),
    "a column dropped": on_frame("drop", "f", axis=1),
    "columns dropped": on_frame("drop", columns=["f", "t"]),
    "renamed": on_frame("rename", columns={"f": "first", "none": "other"}),
    "copied": on_frame("copy"),
    "numbered": on_frame("reset_index", drop=True),
    "all columns by place": lambda p: p.add("iloc", p.source, (slice(None), slice(1, -2))),
    "some columns by place": lambda p: p.add("iloc", p.source, (slice(None), [0, 2])),
    "a column by place": lambda p: p.add("iloc", p.source, (slice(None), 2)),
    "columns from to": lambda p: p.add("loc", p.source, (slice(None), slice("g", "t"))),
    "training rows, some columns": lambda p: p.add("iloc", p.source, (slice(0, 2), [0, 1]), role="pass"),
    "training rows": lambda p: p.add("getitem", p.source, slice(0, 2), role="pass"),
    "renamed altogether": lambda p: (p.add("setattr", p.source, "columns", list("ABCDEFGHIJ"), changes=p.source), p.source)[1],
    "deleted": lambda p: (p.add("delitem", p.source, "f", changes=p.source), p.source)[1],
    "filled in place": lambda p: (p.add("method", p.source, "fillna", {"f": 1.0}, inplace=True, changes=p.source), p.source)[1],
    "dropped in place": lambda p: (p.add("method", p.source, "drop", columns=["t"], inplace=True, changes=p.source), p.source)[1],
    "joined": joined,
    "named": named,
    "left by training": lambda p: p.add("rules.select_columns", p.source, ["f", "b"]),
    "dummies": dummies(["s"], ["s_C", "s_Q", "s_S"]),
    "dummies of categories": dummies(["c"], ["c_C", "c_Q", "c_S"]),
    "dummies as numbers": dummies(["s"], ["s_Q", "s_S"], drop_first=True, dtype=Named("builtins.int")),
    **{f"text {one}": text(one) for one in ("lower", "upper", "strip", "len")},
    "text contains": text("contains", "M"),
    "text starts": text("startswith", "M"),
    "text ends": text("endswith", "s"),
    "text replaced": text("replace", ",", ""),
    "text replaced by a pattern": text("replace", "a", "", regex=True),
    "a letter": text("getitem", 0),
    "a later letter": text("get", 3),
    "a part": text("getitem", slice(0, 2)),
    "extracted": text("extract", r"(\w+)", expand=False),
}  # fmt: skip
LEFT = {
    "rows taken out": kept(lambda p: p.add("gt", col(p, "i"), 2)),
    "missing taken out": on_frame("dropna", subset=["f"], role="filter"),
    "to whole numbers": method("astype", Named("builtins.int"), of="f"),
    "objects looked up": method("map", TITLES, of="o"),
    "objects filled": method("fillna", "none", of="o"),
    "a power": two("pow", "f", 2),
    "a remainder": two("mod", "i", "j"),
    "other texts' letters": text("upper", of="o"),
    "letters of all kinds": text("title"),
    "a pattern": text("contains", "M."),
    "a new column where": put_where("n", 1),
    "a text among numbers": put_where("f", "text"),
    "sums of rows": lambda p: p.add("method", p.add("getitem", p.source, NUMBERS), "sum", axis=1),
    "levels coded": method("map", {"S": 1, "C": 2, "Q": 3}, of="c"),
    "months": lambda p: p.add("attribute", p.add("attribute", col(p, "d"), "dt", role="lazy"), "month"),
    "texts and numbers": two("add", "t", "f"),
    "truths added": two("add", "b", "b"),
    "a table of truths and numbers": lambda p: p.add("attribute", p.add("getitem", p.source, NUMBERS), "values"),
    "a list put": put("n", lambda p: p.add("method", col(p, "i"), "tolist")),
}  # fmt: skip


@pytest.mark.parametrize("name", [*FORMS, *LEFT])
@settings(
    max_examples=MANY, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_both_ways_give_the_same_to_the_bit(name, data):
    frame = data.draw(frames())
    p = Program(frame)
    recipe = p.recipe((FORMS | LEFT)[name](p))
    assert both_agree(recipe, frame)


@pytest.mark.parametrize("name", FORMS)
def test_what_has_a_form_never_asks_pandas(name):
    frame = SAMPLE.fillna({"t": "none"})
    p = Program(frame)
    _, shown = on_columns(p.recipe(FORMS[name](p)), light(frame), len(frame))
    assert shown == set()


@pytest.mark.parametrize("name", LEFT)
def test_what_has_none_asks_pandas(name):
    p = Program(SAMPLE)
    try:
        _, shown = on_columns(p.recipe(LEFT[name](p)), light(SAMPLE), len(SAMPLE))
    except Exception:  # noqa: BLE001 - pandas was asked and refused
        return
    assert shown != set()

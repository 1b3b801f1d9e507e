"""What a recipe may call is on our list by exact name; what reads, writes, evaluates or reaches modules is not."""

from __future__ import annotations

import datetime as dt
import math
import operator
import re

import numpy as np
import pandas as pd
import pytest
import scipy.special
import scipy.stats
import sklearn.preprocessing
from scipy import sparse
from sklearn.preprocessing import StandardScaler

from o16n.recipe import allowed
from o16n.recipe.allowed_text import is_plain_query

FRAME = pd.DataFrame({"a": [1.0, 2.0], "g": ["x", "y"], "loc": [1, 2]})
SERIES = FRAME["a"]
TEXTS = FRAME["g"].str
GROUPED = FRAME.groupby("g")


@pytest.mark.parametrize("name", sorted(allowed.functions()))
def test_every_function_on_the_list_is_there_and_found_by_its_name(name):
    value = allowed.resolve(name)
    if callable(value) and (own := allowed.name_of(value)) is not None:
        assert allowed.resolve(own) == value


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (np.log1p, "numpy.log1p"), (np.abs, "numpy.absolute"), (np.true_divide, "numpy.divide"),
        (len, "builtins.len"), (str, "builtins.str"), (str.lower, "builtins.str.lower"),
        (math.log, "math.log"), (re.sub, "re.sub"), (operator.add, "operator.add"),
        (pd.get_dummies, "pandas.get_dummies"), (pd.isnull, "pandas.isna"),
        (sklearn.preprocessing.scale, "sklearn.preprocessing.scale"), (np.float64, "numpy.float64"),
        (scipy.stats.boxcox, "scipy.stats.boxcox"), (scipy.special.expit, "scipy.special.expit"),
        (dt.datetime.strptime, "datetime.datetime.strptime"), (pd.Timestamp, "pandas.Timestamp"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_a_live_function_has_its_public_name(function, name):
    assert allowed.name_of(function) == name


@pytest.mark.parametrize(
    "function",
    [np.load, np.save, pd.read_csv, pd.eval, eval, exec, open, getattr, setattr, __import__, vars, input,
     pd.read_pickle, np.fromfile, lambda v: v, [], {}, hash, print],
    ids=range(19),
)  # fmt: skip
def test_what_reads_writes_evaluates_or_reaches_modules_has_no_name(function):
    assert allowed.name_of(function) is None


@pytest.mark.parametrize(
    "name",
    ["os.system", "numpy.load", "pandas.read_pickle", "builtins.eval", "builtins.getattr", "numpy.log1p.__class__",
     "pandas", "numpy", "", "math.", "subprocess.run", "pandas.DataFrame.to_csv", "sklearn.datasets.fetch_openml"],
)  # fmt: skip
def test_a_name_that_is_not_on_the_list_is_not_looked_up(name):
    with pytest.raises(LookupError, match="not on the list"):
        allowed.resolve(name)


@pytest.mark.parametrize(
    ("owner", "name", "arguments"),
    [
        (FRAME, "fillna", (0,)), (FRAME, "query", ("a > 1 and g in ['x']",)), (SERIES, "map", ({1: 2},)),
        (SERIES, "apply", (np.log1p,)), (FRAME, "agg", ("mean",)), (TEXTS, "replace", ("a", "b")),
        (FRAME["g"].astype("category").cat, "set_categories", (["x"],)), (np.ones(2), "reshape", (-1, 1)),
        (pd.to_datetime(pd.Series(["2020"])).dt, "strftime", ("%Y",)), ([1], "append", (2,)),
        (StandardScaler(), "transform", (FRAME,)), ("a", "upper", ()), ({}, "get", (1,)),
        (sparse.eye(2), "toarray", ()), (pd.Timestamp("2020"), "strftime", ("%Y",)),
        (FRAME, "cumsum", (1,)), (FRAME, "assign", ()), (np.float64(1), "item", ()),
        (re.compile("a"), "sub", ("b", "c")), (SERIES.index, "map", (str,)), (FRAME, "apply", (sum, 1)),
    ],
    ids=range(21),
)  # fmt: skip
def test_what_prepares_data_is_allowed(owner, name, arguments):
    allowed.check_method(owner, name, arguments, {})


@pytest.mark.parametrize(
    ("owner", "name", "arguments", "options"),
    [
        (FRAME, "to_csv", ("x",), {}), (FRAME, "to_pickle", ("x",), {}), (FRAME, "to_sql", (), {}),
        (FRAME, "eval", ("a",), {}), (FRAME, "pipe", (print,), {}), (SERIES, "to_clipboard", (), {}),
        (FRAME, "apply", ("to_pickle",), {}), (FRAME, "agg", ({"a": "to_pickle"},), {}),
        (FRAME, "agg", (["mean", "to_csv"],), {}), (FRAME, "apply", (), {"func": "to_csv"}),
        (FRAME, "agg", (), {"new": ("a", "to_pickle")}), (SERIES, "transform", ("__reduce__",), {}),
        (FRAME, "query", ("@os.system('x')",), {}), (FRAME, "query", ("a.to_csv('x')",), {}),
        (FRAME, "query", ("__import__('os')",), {}), (FRAME, "query", (), {}), (FRAME, "__class__", (), {}),
        (SERIES, "rank", (), {}), (SERIES, "shift", (1,), {}), (SERIES, "cumsum", (), {}), (FRAME, "ffill", (), {}),
        (SERIES, "rolling", (3,), {}), (FRAME, "duplicated", (), {}), (SERIES, "fillna", (), {"method": "ffill"}),
        (np.ones(2), "tofile", ("x",), {}), (np.ones(2), "dump", ("x",), {}), (np.ones(2), "cumsum", (), {}),
        (np.ones(2), "setflags", (), {}), (GROUPED, "apply", (print,), {}), (GROUPED, "cumcount", (), {}),
        (StandardScaler(), "fit", (FRAME,), {}), (StandardScaler(), "set_params", (), {}), (np, "load", ("x",), {}),
        (print, "__call__", (), {}), (type("A", (), {}), "mro", (), {}), ("{0.__class__}", "format", (1,), {}),
        (open, "read", (), {}), (FRAME.style, "to_html", (), {}), (FRAME.a.plot, "hist", (), {}),
    ],
    ids=range(39),
)  # fmt: skip
def test_what_reads_writes_evaluates_or_depends_on_order_is_refused(
    owner, name, arguments, options
):
    with pytest.raises(LookupError):
        allowed.check_method(owner, name, arguments, options)


@pytest.mark.parametrize(
    ("owner", "name", "good"),
    [
        (FRAME, "a", True), (FRAME, "values", True), (FRAME, "loc", True), (FRAME, "_mgr", False),
        (FRAME, "__class__", False), (FRAME, "to_csv", False), (SERIES, "str", True), (SERIES, "a", False),
        (pd.to_datetime(pd.Series(["2020"])).dt, "year", True), (np.ones(2), "T", True), (np.ones(2), "ctypes", False),
        (np.ones(2), "base", False), (StandardScaler(), "mean_", True), (StandardScaler(), "__dict__", False),
        (np, "os", False), (print, "__self__", False), (GROUPED, "a", True), (GROUPED, "obj", False),
    ],
    ids=range(18),
)  # fmt: skip
def test_attributes_are_read_by_the_kind_of_owner(owner, name, good):
    if good:
        allowed.check_attribute(owner, name)
        return
    with pytest.raises(LookupError):
        allowed.check_attribute(owner, name)


@pytest.mark.parametrize(
    ("name", "good"),
    [("columns", True), ("a", True), ("b", False), ("__class__", False), ("_mgr", False)],
)
def test_only_names_indexes_and_columns_that_are_there_are_set(name, good):
    if good:
        allowed.check_set(FRAME, name)
        return
    with pytest.raises(LookupError):
        allowed.check_set(FRAME, name)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a > 1", True), ("a < b + 2 and not (c == 'x' or d != 3)", True), ("`two words` in ['x', 'y']", True),
        ("a not in (1, 2)", True), ("(a > 1) & ~(b < 2) | c == -1", True), ("a", True),
        ("@limit > a", False), ("a.max() > 1", False), ("f(a)", False), ("a[0]", False), ("a = 1", False), ("", False),
        ("lambda: 1", False), ("[x for x in a]", False), ("__import__", False), ("a if b else c", False), (3, False),
        ("a\n> 1", True), ("(" * 5000, False), ("`a` + `b`.c", False), ("f'{a}'", False),
    ],
    ids=range(21),
)  # fmt: skip
def test_a_query_is_plain_or_refused(text, plain):
    assert is_plain_query(text) is plain

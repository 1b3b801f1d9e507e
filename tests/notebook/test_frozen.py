"""A frozen value is source that gives it again in a fresh module, the same text wherever it is written."""

from __future__ import annotations

import ast
import collections
import datetime as dt
import decimal
import functools
import logging
import math
import operator
import os.path
import random
import re
import types

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from o16n.notebook.frozen import (
    DEEPEST,
    LONGEST,
    MISSING,
    NotFrozenError,
    frozen,
    import_of,
    literal,
    written_import,
)


def thawed(name, value):
    """Return what `name` is in a module of its own where only the frozen text was run."""
    names = {"__name__": "elsewhere"}
    exec(frozen(name, value), names)
    return names[name]


def shape_of(value):
    """Return the value as text that tells types, -0.0 and not-a-number apart, sets in one order."""
    if isinstance(value, dict):
        return "dict", [(shape_of(key), shape_of(one)) for key, one in value.items()]
    if isinstance(value, set | frozenset):
        return type(value).__name__, sorted(str(shape_of(one)) for one in value)
    if isinstance(value, list | tuple):
        return type(value).__name__, [shape_of(one) for one in value]
    if isinstance(value, complex):
        return "complex", repr(value.real), repr(value.imag)
    return type(value).__name__, repr(value)


KEYS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6)
VALUES = st.recursive(
    KEYS | st.floats() | st.complex_numbers() | st.binary(max_size=6) | st.just(...),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(KEYS, inner, max_size=4),
        st.sets(KEYS, max_size=5),
        st.frozensets(KEYS, max_size=5),
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=200)
@given(VALUES)
@example(complex(-0.0, 1.0))
@example([-0.0, math.inf, complex(math.nan, -0.0)])
def test_a_plain_value_comes_back_as_it_was(value):
    assert shape_of(thawed("held", value)) == shape_of(value)


@settings(deadline=None)
@given(st.lists(KEYS, unique=True, max_size=8), st.randoms())
def test_sets_of_the_same_things_have_the_same_text(things, chance):
    mixed = list(things)
    chance.shuffle(mixed)
    assert literal(set(things)) == literal(set(mixed))
    assert literal(frozenset(things)) == literal(frozenset(mixed))


DTYPES = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="="),
    hnp.unsigned_integer_dtypes(endianness=">"),
    hnp.floating_dtypes(endianness="=", sizes=(16, 32, 64)),
    hnp.unicode_string_dtypes(endianness="=", max_len=4),
)


@settings(deadline=None, max_examples=150)
@given(hnp.arrays(DTYPES, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)))
def test_an_array_comes_back_with_type_shape_and_every_number(array):
    again = thawed("held", array)
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(again, array)


@settings(deadline=None)
@given(DTYPES.flatmap(lambda kind: hnp.arrays(kind, 1)))
def test_a_number_of_numpy_comes_back_as_its_own_type(array):
    number = array.astype(array.dtype.newbyteorder("="))[0]
    again = thawed("held", number)
    assert type(again) is type(number)
    np.testing.assert_array_equal(again, number)


@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.MULTILINE | re.DOTALL, re.ASCII])
@pytest.mark.parametrize("pattern", ["a+", "(?i)x", r"\d{2}'\"", "\n"])
def test_a_pattern_comes_back_with_its_flags(pattern, flags):
    made = re.compile(pattern, flags)
    assert thawed("held", made) == made


def test_patterns_of_bytes_and_loggers_come_back():
    assert thawed("held", re.compile(rb"\x00+")) == re.compile(rb"\x00+")
    assert thawed("log", logging.getLogger("o16n.test")) is logging.getLogger("o16n.test")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("math", math, "import math"),
        ("m", math, "import math as m"),
        ("path", os.path, f"import {os.path.__name__} as path"),
        ("np", np, "import numpy as np"),
        ("linalg", np.linalg, "from numpy import linalg"),
        ("OrderedDict", collections.OrderedDict, "from collections import OrderedDict"),
        ("Count", collections.Counter, "from collections import Counter as Count"),
        ("reduce", functools.reduce, "from _functools import reduce"),
        ("add", operator.add, "from _operator import add"),
        ("day", dt.datetime.fromisoformat, None),
        ("length", len, None),
        ("whole", int, None),
    ],
    ids=lambda one: one if isinstance(one, str) and " " not in one else "",
)
def test_what_a_library_holds_under_its_own_name_is_imported(name, value, text):
    assert import_of(name, value) == text
    if text is not None:
        assert thawed(name, value) is value


def test_an_attribute_of_a_class_is_imported_by_way_of_the_class():
    text = import_of("merge", collections.ChainMap.new_child)
    assert text == "from collections import ChainMap\nmerge = ChainMap.new_child"
    assert thawed("merge", collections.ChainMap.new_child) is collections.ChainMap.new_child


def own_function():
    return 1


@pytest.mark.parametrize(
    "value",
    [
        (lambda: 1),
        [].append,
        random.Random(1).random,
        functools.partial(max, 1),
        types.ModuleType("__main__"),
    ],
    ids=["a lambda", "a bound method", "another's method", "a partial", "the notebook itself"],
)
def test_what_no_import_gives_is_not_imported(value):
    assert import_of("held", value) is None


def test_a_function_that_its_module_no_longer_holds_is_not_imported(monkeypatch):
    held = own_function
    assert import_of("f", held) is not None
    monkeypatch.setitem(globals(), "own_function", lambda: 2)
    assert import_of("f", held) is None


class Kind:
    """A class of nobody's library."""


NOT_WRITTEN = {
    "a Kind": Kind(),
    "a Decimal": {"deep": [decimal.Decimal(1)]},
    "a OrderedDict": collections.OrderedDict(),
    "a object": {object(): 1},
    "a bytearray": bytearray(b"x"),
    "a range": range(3),
    "a complex128": np.complex128(1),
    "a datetime64": np.datetime64("2026-01-01"),
    "a longdouble": np.longdouble(1),
    "a ndarray": np.array([1, None], dtype=object),
    "a MaskedArray": np.ma.masked_array([1, 2], [0, 1]),
    "an array of 10,001 numbers": np.zeros(10_001),
    "100,007 signs of data": "x" * (LONGEST - 2),
    "a number of more digits than Python writes": 10**5000,
}


@pytest.mark.parametrize("what", NOT_WRITTEN)
def test_what_cannot_be_written_says_what_it_is(what):
    with pytest.raises(NotFrozenError, match=f"^{what}$"):
        frozen("held", NOT_WRITTEN[what])


def test_arrays_of_a_special_kind_are_refused_by_their_name(tmp_path):
    on_disk = np.memmap(tmp_path / "held", dtype="float64", mode="w+", shape=(3,))
    for value in (on_disk, np.array([1.0, 2.0]).view(np.recarray)):
        with pytest.raises(NotFrozenError, match=f"a {type(value).__name__}"):
            frozen("held", value)


def test_a_structure_that_holds_itself_comes_to_an_end():
    knot = []
    knot.append({"again": knot})
    with pytest.raises(NotFrozenError, match="holds itself"):
        frozen("held", knot)


def test_a_structure_may_be_as_deep_as_people_nest():
    deep = [1]
    for _ in range(DEEPEST - 2):
        deep = [deep]
    assert thawed("held", deep) == deep
    with pytest.raises(NotFrozenError, match="too deep"):
        frozen("held", [deep])


def statement(text):
    return ast.parse(text).body[0]


@pytest.mark.parametrize(
    ("text", "name", "value", "expected"),
    [
        ("import math", "math", math, "import math"),
        ("import math as m, os", "m", math, "import math as m"),
        ("import os.path", "os", os, "import os.path"),
        ("import os.path as p", "p", os.path, "import os.path as p"),
        ("from math import pi, e as euler", "euler", math.e, "from math import e as euler"),
        ("from os import path", "path", os.path, "from os import path"),
        ("from math import pi", "pi", MISSING, "from math import pi"),
        ("from math import pi", "pi", 3, None),
        ("import math", "math", os, None),
        ("from math import *", "pi", math.pi, None),
        ("from no_such_module import x", "x", 3, None),
        ("import no_such_module", "no_such_module", None, None),
        ("x = 3", "x", 3, None),
    ],
)
def test_the_notebook_s_own_import_is_kept_where_it_gives_the_value(text, name, value, expected):
    assert written_import(name, value, statement(text)) == expected


@pytest.mark.parametrize("text", ["from . import near", "from .near import thing as near"])
def test_an_import_from_beside_the_notebook_gives_nothing_elsewhere(text):
    assert written_import("near", None, statement(text)) is None
    assert written_import("near", MISSING, statement(text)) is None

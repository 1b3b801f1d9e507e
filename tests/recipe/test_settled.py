"""Only what takes columns or rows of a conformed value is spared the conforming."""

from __future__ import annotations

import pandas as pd
import pytest

from o16n.recipe.settled import settled
from tests.recipe.programs import Program, shape_of

RAW = pd.DataFrame({"a": [1.0], "k": [2], "t": ["x"]})
SHAPE = shape_of(RAW[["a"]])


@pytest.mark.parametrize(
    ("function", "arguments", "options", "spared"),
    [
        ("getitem", ("a",), {}, True), ("getitem", (["a", "k"],), {}, True), ("attribute", ("a",), {}, True),
        ("method", ("drop",), {"columns": ["t"]}, True), ("method", ("copy",), {}, True),
        ("method", ("rename",), {"columns": {"a": "b"}}, True), ("same", (), {}, True),
        ("method", ("fillna", 0), {}, False), ("method", ("reset_index",), {}, False), ("mul", (2,), {}, False),
        ("method", ("astype", "float32"), {}, False), ("pandas.get_dummies", (), {}, False),
    ],
    ids=range(12),
)  # fmt: skip
def test_taking_is_spared_and_making_is_not(function, arguments, options, spared):
    p = Program(RAW)
    made = p.add(function, p.source, *arguments, shape=SHAPE, **options)
    assert (made.register in settled(tuple(p.operations))) is spared


def test_of_a_value_that_is_not_conformed_nothing_is_spared():
    p = Program(RAW)
    loose = p.add("method", p.source, "fillna", 0)
    taken = p.add("getitem", loose, "a", shape=SHAPE)
    again = p.add("getitem", taken, slice(None), shape=SHAPE)
    found = settled(tuple(p.operations))
    assert taken.register not in found
    assert again.register in found


def test_a_filter_by_a_mask_is_spared_and_a_key_made_of_rows_is_not():
    p = Program(RAW)
    mask = p.add("gt", p.add("getitem", p.source, "k"), 1)
    kept = p.add("getitem", p.source, mask, role="filter", follows=p.source, shape=shape_of(RAW))
    looked_up = p.add("getitem", p.source, mask, shape=SHAPE)
    found = settled(tuple(p.operations))
    assert kept.register in found
    assert looked_up.register not in found

"""What a recipe froze is named where it has as many entries as half of the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from o16n.recipe.program import Code, Named
from o16n.recipe.sizes import frozen_sizes
from tests.recipe.programs import Program

RAW = pd.DataFrame({"a": np.arange(100.0), "g": ["x", "y"] * 50})


def sizes(*arguments, rows=100, **options):
    p = Program(RAW)
    p.add("method", p.source, "assign", *arguments, **options)
    return [
        (one.name, str(one.cell), one.line, one.rows)
        for one in frozen_sizes(tuple(p.operations), rows)
    ]


def test_levels_and_statistics_are_not_named_and_rows_of_training_are():
    assert sizes(pd.Series([1.5, 2.5], index=["x", "y"]), ["x", "y"], 3.5) == []
    assert sizes(RAW["a"]) == [("a Series", "2", 1, 100)]
    assert sizes(RAW.iloc[:49]) == []
    assert sizes(b=RAW.iloc[:50].to_numpy()) == [("b", "2", 1, 50)]


def test_what_a_function_froze_is_named_by_its_name_there():
    code = Code(
        kind="lambda",
        name="f",
        source="lambda v: v",
        frozen={"df": RAW, "np": Named("numpy"), "m": 2.5},
    )
    assert sizes({"k": [code]}) == [("k", "2", 1, 100)]
    assert sizes(code) == [("df", "2", 1, 100)]


def test_a_small_table_has_nothing_large():
    assert sizes(RAW["a"], rows=20) == []

"""A profile tells counts and no single value, merges, and does not depend on who counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.bundle.schema import Outputs
from o16n.bundle.schema_of import infer_schema
from o16n.files import canonical_json
from o16n.monitoring.profile import counted, merge, profile_of

DICE = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "x": DICE.normal(size=500),
        "n": DICE.integers(0, 9, 500),
        "city": DICE.choice(["Graz", "Wien", None], 500),
        "who": [f"person {n}" for n in range(500)],
        7: DICE.normal(size=500),
    }
)
SCHEMA = infer_schema(FRAME, Outputs(task="regression"))
ANSWERS = pd.DataFrame({"prediction": DICE.normal(size=500), "label": "a", "problem": ""})
WHOLE = profile_of(FRAME, SCHEMA, ANSWERS)


def test_every_row_is_counted_once_in_every_column():
    assert WHOLE["rows"] == 500
    assert set(WHOLE["columns"]) == {"x", "n", "city", "who", "7"}
    for one in (*WHOLE["columns"].values(), *WHOLE["answers"].values()):
        counts = one.get("counts") or list(one.get("levels", {}).values())
        assert not counts or sum(counts) + one["nulls"] == 500
        assert len(one.get("counts", [])) == (len(one["edges"]) + 1 if "edges" in one else 0)
    assert WHOLE["columns"]["who"] == {"nulls": 0}, "an identifier's values were told"
    assert "problem" not in WHOLE["answers"]
    canonical_json(WHOLE)


def test_edges_are_rounded_so_that_no_value_can_be_read_off():
    edges = WHOLE["columns"]["x"]["edges"]
    assert edges == sorted(edges)
    assert all(float(f"{one:.3g}") == one for one in edges)
    assert not set(edges) & set(FRAME["x"])


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 500))
def test_parts_counted_apart_merge_to_the_whole(at):
    parts = [counted(one, SCHEMA, WHOLE) for one in (FRAME[:at], FRAME[at:])]
    both = merge(*parts)
    assert both["rows"] == 500
    assert both["columns"] == counted(FRAME, SCHEMA, WHOLE)["columns"]
    assert merge(*reversed(parts)) == both


@pytest.mark.parametrize("change", ["columns", "edges"])
def test_profiles_of_other_columns_or_edges_are_not_merged(change):
    other = counted(FRAME, SCHEMA, WHOLE)
    if change == "columns":
        del other["columns"]["x"]
    else:
        other["columns"]["x"] = {**other["columns"]["x"], "edges": [0.0]}
    with pytest.raises(ValueError, match=f"other {change}"):
        merge(counted(FRAME, SCHEMA, WHOLE), other)


@pytest.mark.parametrize("values", [[], [np.nan] * 3, [np.inf, 1.0, -np.inf], [5.0] * 9], ids=str)
def test_a_column_without_usable_numbers_is_counted_too(values):
    frame = pd.DataFrame({"x": np.array(values, dtype="float64")})
    told = profile_of(frame, infer_schema(frame, Outputs(task="regression")))
    canonical_json(told)
    assert sum(told["columns"]["x"]["counts"]) == int(np.isfinite(frame["x"]).sum())

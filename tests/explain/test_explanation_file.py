"""explanation.json says all that the explanation says."""

from __future__ import annotations

import json

import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from o16n.explain.explain import explain
from o16n.explain.explanation_file import from_json, to_json
from tests.explain.conftest import candidate_of, levels_of


@pytest.mark.parametrize(
    ("model", "truth_of"), [(Ridge(), lambda y: y), (LogisticRegression(max_iter=900), levels_of)]
)
def test_an_explanation_survives_being_written_and_read(numbers, model, truth_of):
    train, score, test, more = numbers
    model.fit(train, truth_of(score))
    found = explain(candidate_of(model, train, truth_of(score), test, truth_of(more)))
    text = json.dumps(to_json(found), allow_nan=False)
    assert from_json(json.loads(text)) == found


def test_a_file_of_an_earlier_form_is_read():
    driver = {"column": "a", "strength": 1.0, "low": 0.5, "high": 1.5, "direction": None}
    told = {
        "format": 1,
        "kind": "permutation importance",
        "method": "5 shuffles of each column",
        "reason": "",
        "output": "y",
        "unit": "drop of R²",
        "columns": "raw columns",
        "explained": 3,
        "population": 3,
        "part": "held-out rows",
        "background": "",
        "seed": 0,
        "base": 1.0,
        "drivers": [driver],
        "cases": [],
        "additivity": None,
        "limits": ["one"],
    }
    found = from_json(told)
    assert found.drivers[0].by_output == ()
    assert found.limits == ("one",)
    assert found.outputs == ()

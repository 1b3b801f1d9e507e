"""What is derived from a prediction is known again by its content, and a printed number by its digits."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.linear_model import LinearRegression, LogisticRegression

from o16n.candidate.forms import flat, forms, mark, shows

NUMBERS = hnp.arrays("float64", st.integers(1, 12), elements=st.floats(-50, 50, width=16))
SHARES = hnp.arrays("float64", st.integers(3, 12), elements=st.floats(0, 1, width=16))


def how(made, prediction):
    """Return how `made` comes from `prediction`, None where it does not."""
    return forms(prediction).get(mark(flat(made)))


@settings(deadline=None)
@given(NUMBERS)
def test_a_number_is_known_again_whatever_holds_it(values):
    for made in (list(values), pd.Series(values), values[:, None], pd.DataFrame({"p": values})):
        assert how(made, values) == "equal"
    assert how(values + 1, values) != "equal"


@settings(deadline=None)
@given(NUMBERS)
def test_what_notebooks_make_of_numbers_is_known_by_its_name(values):
    made = {
        "rounded": np.round(values),
        "exp": np.exp(values),
        "expm1": np.expm1(values),
        "10 to the power": 10**values,
        "absolute": np.abs(values),
        "square": values**2,
    }
    plain = forms(values)
    for word, one in made.items():
        told = plain[mark(flat(one))]
        others = {
            "equal": values,
            "a column": values,
            "> 0.5": values > 0.5,
            ">= 0.5": values >= 0.5,
        }
        assert told == word or np.allclose({**others, **made}[told], one, atol=2e-9)


@settings(deadline=None)
@given(SHARES)
def test_labels_cut_from_probabilities_are_known_by_their_threshold(shares):
    assume(len({*(shares > 0.5)}) == 2)
    matrix = np.column_stack([1 - shares, shares])
    assert how((matrix[:, 1] > 0.5).astype(int), matrix[:, 1]) in (
        "> 0.5",
        ">= 0.5",
        "rounded",
        "equal",
    )
    assert how(matrix[:, 1], matrix) in ("a column", "absolute")
    ties = shares == 0.5
    if not ties.any():
        assert how(matrix.argmax(axis=1), matrix) is not None


def test_the_predictions_of_real_models_are_tied_to_what_was_measured():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(60, 3))
    classes = LogisticRegression().fit(rows, rng.integers(0, 3, 60))
    shares = classes.predict_proba(rows)
    assert how(shares[:, 2], shares) == "a column"
    assert how(classes.predict(rows), shares) == "argmax"
    regression = LinearRegression().fit(rows, rng.normal(size=60))
    logs = regression.predict(rows)
    assert how(np.expm1(logs), logs) == "expm1"
    assert how(np.exp(logs.astype("float32")), logs.astype("float32")) == "exp"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a", "b"], ["a", "c"]),
        ([1, 2], [2, 1]),
        ([1.0, 2.0], [1.0, 2.1]),
        (["1"], [1]),
    ],
)
def test_other_content_has_another_mark(one, other):
    assert mark(flat(one)) != mark(flat(other))


def test_marks_do_not_depend_on_how_numbers_are_stored():
    kinds = [
        np.array([1, 0, 1], dtype=kind) for kind in ("bool", "int8", "int64", "float32", "float64")
    ]
    assert len({mark(flat(one)) for one in kinds}) == 1
    assert mark(flat([0.0])) == mark(flat([-0.0]))
    assert mark(flat(np.asfortranarray(np.eye(3)[:2]))) == mark(flat(np.eye(3)[:2]))


@pytest.mark.parametrize("value", [[[1], [1, 2]], [[1, 2], 3]])
def test_what_is_no_table_has_no_form(value):
    assert flat(value) is None
    assert mark(flat(value)) is None
    assert forms(value) == {}


def test_texts_have_one_form():
    assert set(forms(np.array(["yes", "no"])).values()) == {"equal"}


VALUES = st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6)


def significant(text):
    return len(text.lower().partition("e")[0].lstrip("-").replace(".", "").lstrip("0"))


@given(VALUES, st.integers(0, 8), st.sampled_from(["f", "e", ",f"]))
def test_a_number_printed_to_any_digits_is_known_where_they_are_three_or_more(value, digits, kind):
    text = format(value, f",.{digits}f" if kind == ",f" else f".{digits}{kind}")
    assert shows(value, text) is (significant(text.replace(",", "")) >= 3)


@given(st.floats(0.001, 1), st.integers(1, 6))
def test_a_percentage_and_a_root_are_known_too(value, digits):
    percent, root = f"{100 * value:.{digits}f}", f"{math.sqrt(value):.{digits}f}"
    assert shows(value, percent) is (significant(percent) >= 3)
    assert shows(value, root) is (significant(root) >= 3)


@given(st.floats(0.2, 0.9), st.floats(0.2, 0.9))
def test_another_number_is_not_taken_for_it(value, other):
    near = (value, 100 * value, math.sqrt(value))
    assume(all(abs(one - other) > 1e-3 for one in near))
    assert not shows(value, f"{other:.3f}")


def test_what_is_not_finite_is_shown_by_nothing():
    for value in (math.nan, math.inf):
        assert not shows(value, "123")


def test_the_last_digit_counts():
    assert shows(0.12345, "0.123")
    assert not shows(0.12345, "0.124")
    assert shows(1234.5678, "1,235")
    assert not shows(1234.5678, "1,236")
    assert shows(1.2345e-5, "1.23e-05")
    assert not shows(1.2345e-5, "1.24e-05")

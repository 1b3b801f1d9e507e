"""An expression without names is worth what Python says it is worth, or is refused; nothing is run."""

from __future__ import annotations

import ast
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.notebook.constants import LARGEST, NotConstantError, constant


def worth(text):
    return constant(ast.parse(text, mode="eval").body)


def same(one, other):
    """Tell whether two values are equal with their types, -0.0 and not-a-number told apart."""
    return repr(one) == repr(other) and type(one) is type(other)


LITERALS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4)
    | st.lists(inner, max_size=4).map(tuple)
    | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=4)
    | st.sets(st.integers() | st.text(max_size=3), min_size=1, max_size=4),
    max_leaves=10,
)  # fmt: skip


@given(LITERALS)
def test_what_python_writes_is_read_back_as_it_was(value):
    found = worth(repr(value))
    assert found == value
    assert type(found) is type(value)


NUMBERS = st.integers(0, 60).map(str) | st.floats(0, 60, allow_nan=False).map(repr)
SUMS = st.recursive(
    NUMBERS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(
            lambda three: f"({' '.join(three)})"
        )
        | inner.map(lambda one: f"-{one}" if not one.startswith("-") else f"({one})")
    ),
    max_leaves=6,
)


@given(SUMS)
def test_arithmetic_gives_what_python_computes(text):
    try:
        found = worth(text)
    except NotConstantError:
        # a division by zero, a number beyond the limit, or a sign before a sum: never another value
        assert "-(" in text or "/" in text or "%" in text or "*" in text
        return
    assert same(found, eval(text, {"__builtins__": {}}))


@given(st.integers(1, 99), st.integers(1, 99), st.sampled_from("+-*"))
def test_a_sum_of_small_numbers_is_never_refused(one, other, sign):
    assert worth(f"{one} {sign} {other}") == eval(f"{one} {sign} {other}")


@given(st.lists(st.text(max_size=8), min_size=2, max_size=5))
def test_texts_added_are_one_text(parts):
    assert worth(" + ".join(map(repr, parts))) == "".join(parts)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}_", fullmatch=True), LITERALS, max_size=4))
def test_dict_with_names_is_the_dict_it_makes(told):
    assert worth(f"dict({', '.join(f'{name}={value!r}' for name, value in told.items())})") == told


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x + 1",
        "1 + x.y",
        "f()",
        "dict(other)",
        "dict(**other)",
        "dict(a=x)",
        "collections.dict(a=1)",
        "list((1, 2))",
        "[1, x]",
        "{**a}",
        "{x: 1}",
        "f'{1}'",
        "1 if 2 else 3",
        "1 < 2",
        "not 1",
        "lambda: 1",
        "(y := 1)",
        "[i for i in (1, 2)]",
        "[1][0]",
        "(1).real",
    ],
)
def test_what_needs_a_name_a_call_or_a_choice_is_no_constant(text):
    with pytest.raises(NotConstantError):
        worth(text)


@pytest.mark.parametrize(
    "text",
    [
        "'a' * 10 ** 9",
        "[0] * 3",
        "'a' - 'b'",
        "'%s' % 3",
        "b'a' + b'b'",
        "True + True",
        "1 << 100",
        "3 @ 4",
        "1 / 0",
        "1 % 0.0",
        "0 ** -1",
        f"{LARGEST * 10} + 1",
        "2 ** 13 ** 13",
        "1e999 * 2",
        "1 + 'a'",
        "None + 1",
    ],
)
def test_what_nobody_computes_in_their_head_is_refused(text):
    with pytest.raises(NotConstantError):
        worth(text)


@pytest.mark.parametrize(
    "text", ["9**12**12", "((9**9)**9)**9", "1e12 ** 12 ** 12", "-9**12 ** -12"]
)
def test_towers_of_powers_are_refused_before_they_are_computed(text):
    with pytest.raises(NotConstantError):
        worth(text)


def test_a_power_of_the_size_people_write_is_computed():
    assert worth("2 ** 10") == 1024
    assert worth("10 ** -3") == pytest.approx(0.001)
    assert worth("60 * 60 * 24") == 86_400
    assert worth("1024 // 3 % 7") == 1024 // 3 % 7


def test_a_root_of_a_negative_number_is_what_python_says_or_refused():
    assert worth("(-8) ** 2") == 64
    found = worth("(-8) ** 0.5")
    assert isinstance(found, complex)
    assert math.isclose(found.imag, 8**0.5)


@settings(max_examples=200)
@given(st.text(alphabet="0123456789+-*/%().eEj'[]{},: dict=x", max_size=25))
def test_whatever_parses_has_a_value_or_is_refused(text):
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return
    try:
        found = constant(node)
    except NotConstantError:
        return
    assert same(found, eval(text, {"__builtins__": {"dict": dict, "set": set}}))

"""Lines are walked by sign: brackets, quotes and comments."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.notebook import lines


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("x = 1", ""),
        ("f(a, [b", "(["),
        ("f(a, [b])", ""),
        ("s = '''open", "'''"),
        ("s = '''closed'''", ""),
        ("s = '(' # (", ""),
        ("s = 'it\\'s ('", ""),
        ("x = 1 + \\", "\\"),
        ("s = 'carried \\", "'"),
        ("# ends in \\", ""),
        ('f("""a', '("""'),
        (")", ""),
        ("s = 'never closed", ""),
    ],
)
def test_what_is_open_after_a_line(line, left):
    assert lines.after(lines.FRESH, line) == left


def test_a_state_is_carried_from_line_to_line():
    state = lines.FRESH
    for line, left in [("f('''a", "('''"), ("(b", "('''"), ("''' +", "("), ("1)", "")]:
        state = lines.after(state, line)
        assert state == left


@pytest.mark.parametrize(
    ("line", "target"),
    [
        ("x = !ls", "x "),
        ("x=%time f()", "x"),
        ("a, b = !ls", "a, b "),
        ("d['a=b'] = !ls", "d['a=b'] "),
        ("x: int = !ls", "x: int "),
        ("f(a=1)", ""),
        ("x == !ls", ""),
        ("x += !ls", ""),
        ("x = 5 % 3", ""),
        ("x = a # = !ls", ""),
        ("x = '= !ls'", ""),
        ("= !ls", ""),
        ("x = %3", ""),
    ],
)
def test_an_escaped_assignment_gives_its_target(line, target):
    assert lines.escaped_assignment(line) == target


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("df?", True),
        ("df.head??", True),
        ("x = df?", True),
        ("x = 'df?'", False),
        ("x # really?", False),
        ("?", False),
        ("x = 1", False),
    ],
)
def test_a_request_for_help_ends_in_a_question_mark_outside_text(line, answer):
    assert lines.asks_help(line) is answer


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet="()[]{}'\"\\#=!%? ab\n", max_size=40))
def test_after_valid_python_nothing_is_left_open(text):
    try:
        ast.parse(text)
        list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, ValueError, tokenize.TokenError):
        return
    state = lines.FRESH
    for line in text.split("\n"):
        state = lines.after(state, line)
    assert state in (lines.FRESH, "\\")

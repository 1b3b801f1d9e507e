"""What an annotation declares is what Python's own typing makes of it."""

from __future__ import annotations

import ast
import types
import typing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.notebook.annotations import Declared, declared


class Point:
    """A class that no parameter can be passed as."""


NAMES = {"typing": typing, "Path": Path, "Point": Point, **vars(typing)}
WORDS = {bool: "bool", int: "int", float: "float", str: "str", Path: "str", typing.Any: "any"}
WORDS |= {list: "list", tuple: "list", set: "list", dict: "dict", object: "any"}


def told(text, default=...):
    return declared(ast.parse(text, mode="eval").body, default)


def typings_view(hint):
    """Return (types that are known, choices or None, may be None) as `typing` tells them."""
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if hint is None or hint is type(None):
        return set(), [], True
    if origin is typing.Annotated:
        return typings_view(inside[0])
    if origin is typing.Literal:
        values = [one for one in inside if one is not None]
        return {WORDS[type(one)] for one in values}, values, None in inside
    if origin in (typing.Union, types.UnionType):
        parts = [typings_view(one) for one in inside]
        some = [part for part in parts if part[0]]
        limited = all(part[1] is not None for part in some)
        choices = [one for part in some for one in part[1]] if limited else None
        return {k for part in parts for k in part[0]}, choices, any(part[2] for part in parts)
    return {WORDS.get(origin or hint, "unknown")}, None, False


BARE = st.sampled_from(
    [
        *("int", "float", "str", "bool", "list", "dict", "Path", "Any", "object", "typing.Any"),
        *("list[int]", "dict[str, float]", "List[str]", "typing.Dict[str, int]", "tuple[int, ...]"),
        *("Literal['a', 'b']", "Literal[1, 2]", "typing.Literal['a', None]", "Literal[True]"),
        *("'int'", "Annotated[float, 'a share']", "Annotated[Literal['x'], 'how']", "set[str]"),
    ]
)
HINTS = st.recursive(
    BARE,
    lambda inner: st.one_of(
        inner.map(lambda one: f"Optional[{one}]"),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"Union[{', '.join(some)}]"),
        st.tuples(inner, inner)
        .filter(lambda two: "'int'" not in two)
        .map(lambda two: f"({two[0]}) | ({two[1]})"),
        inner.map(lambda one: f"Annotated[{one}, 'why']"),
    ),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None)
@given(HINTS)
def test_a_declaration_is_what_typing_itself_resolves_it_to(text):
    hint = typing.get_type_hints(types.SimpleNamespace(__annotations__={"a": eval(text, dict(NAMES))}), NAMES, include_extras=True)["a"]  # fmt: skip
    kinds, choices, optional = typings_view(hint)
    found = told(text)
    expected = "float" if kinds == {"int", "float"} else kinds.pop() if len(kinds) == 1 else "any"
    assert (found.type, found.optional) == (expected, optional)
    assert {(type(one), one) for one in found.choices} == {
        (type(one), one) for one in choices or ()
    }


@pytest.mark.parametrize(
    "text",
    ["Point", "Point[int]", "my.own.Kind", "f()", "1 + 2", "'not a type('", r"'\x00'", "..."],
)
def test_what_is_no_known_type_leaves_the_word_to_the_default(text):
    assert told(text, 3) == Declared(type="int")
    assert told(text, "x") == Declared(type="str")
    assert told(text, None) == Declared(type="any", optional=True)


@pytest.mark.parametrize(
    ("default", "kind"),
    [
        (True, "bool"),
        (1, "int"),
        (1.0, "float"),
        ("", "str"),
        ([], "list"),
        ((), "list"),
        (set(), "list"),
        ({}, "dict"),
        (b"", "any"),
        (1j, "any"),
    ],
    ids=repr,
)
def test_without_an_annotation_the_default_tells(default, kind):
    assert declared(None, default) == Declared(type=kind)


def test_a_default_of_none_makes_every_type_optional():
    assert declared(None, None) == Declared(type="any", optional=True)
    assert told("int", None) == Declared(type="int", optional=True)
    assert told("Literal['a']", None) == Declared(type="str", choices=("a",), optional=True)


def test_choices_beside_a_type_that_is_not_known_are_no_limit():
    assert told("Literal['a'] | Point") == Declared(type="any")
    assert told("Union[Literal['a'], Alias]") == Declared(type="any")
    assert told("Union[Literal['a'], Alias, None]") == Declared(type="any", optional=True)


def test_choices_of_two_literals_are_all_of_them():
    assert told("Literal['a'] | Literal['b', None]") == Declared(
        type="str", choices=("a", "b"), optional=True
    )


def test_annotations_quoted_in_part_or_twice_are_read():
    assert told("Optional['int']") == Declared(type="int", optional=True)
    assert told("\"'float'\"") == Declared(type="float")
    assert told('\'Literal["a", "b"]\'') == Declared(type="str", choices=("a", "b"))


def test_a_literal_of_what_cannot_be_passed_is_any_and_keeps_its_choices():
    assert told("Literal[b'x']") == Declared(type="any", choices=(b"x",))
    assert told("Literal[Color.RED]", "x") == Declared(type="str")


def test_qualifiers_say_nothing_of_the_type():
    assert told("Final[int]") == told("ClassVar[int]") == told("Annotated[int, 1]") == told("int")
    assert told("Final", 3) == Declared(type="int")

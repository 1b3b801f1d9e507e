"""Parameters are read with their types; every trap of papermill's line regex is stepped over."""

from __future__ import annotations

import pytest

from o16n.errors import UsageError
from o16n.notebook.parameters import read_parameters

TAGGED = {"tags": ["parameters"]}


def read(written, text):
    return {one.name: one for one in read_parameters(written("x = 0", (text, TAGGED)))}


@pytest.mark.parametrize(
    ("line", "kind", "default"),
    [
        ("a = 1", "int", 1),
        ("a = -1", "int", -1),
        ("a = 1_000", "int", 1000),
        ("a = 60 * 60", "int", 3600),
        ("a = 10 ** 3", "int", 1000),
        ("a = 1 / 4", "float", 0.25),
        ("a = 1e-3", "float", 0.001),
        ("a = True", "bool", True),
        ("a = 'k=v'", "str", "k=v"),
        ("a = 'a#b'", "str", "a#b"),
        ("a = 'one ' 'two'", "str", "one two"),
        ("a = 'x' + 'y'", "str", "xy"),
        ("a = '''two\nlines'''", "str", "two\nlines"),
        ("a = dict(a=1)", "dict", {"a": 1}),
        ("a = {'k': [1, None]}", "dict", {"k": [1, None]}),
        ("a = [1,\n     2]", "list", [1, 2]),
        ("a = (1, 2)", "list", (1, 2)),
        ("a = {1}", "list", {1}),
        ("a = None", "any", None),
        ("a: float = 2", "float", 2),
        ("a: 'float' = 2", "float", 2),
        ("a: typing.List[int] = []", "list", []),
        ("a: list[int] = []", "list", []),
        ("a: dict[str, int] = {}", "dict", {}),
        ("a: Path = 'x'", "str", "x"),
        ("a: Any = 1", "any", 1),
        ("a: int | float = 1", "float", 1),
        ("a: int | str = 1", "any", 1),
        ("a: Annotated[float, 'share'] = 1", "float", 1),
        ("a: Point = 3", "int", 3),
        ("a: printer.Mint = 'x'", "str", "x"),
        ("a: Final = 3", "int", 3),
        ("a = 1  # type: float", "float", 1),
        ("a: int = 1; b = 2", "int", 1),
    ],
)
def test_a_value_has_the_type_it_is_declared_with_or_has(written, line, kind, default):
    found = read(written, line)["a"]
    assert (found.type, found.default) == (kind, default)
    assert not found.optional or default is None


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("a: int | None = None", "int"),
        ("a: None | int = 3", "int"),
        ("a: Optional[int] = None", "int"),
        ("a: typing.Optional[str] = None", "str"),
        ("a: Union[int, None] = 3", "int"),
        ("a: 'int | None' = None", "int"),
        ("a: int = None", "int"),
        ("a = None", "any"),
        ("a = None  # type: int", "int"),
        ("a = None  # type: Optional[int] how many", "int"),
    ],
)
def test_what_may_be_none_is_optional(written, line, kind):
    found = read(written, line)["a"]
    assert (found.type, found.optional) == (kind, True)


@pytest.mark.parametrize(
    ("line", "kind", "choices", "optional"),
    [
        ("a: Literal['x', 'y'] = 'x'", "str", ("x", "y"), False),
        ("a: typing.Literal[1, 2] = 1", "int", (1, 2), False),
        ("a: Literal['x'] | None = None", "str", ("x",), True),
        ("a: Optional[Literal['x', 'y']] = None", "str", ("x", "y"), True),
        ("a: Literal['x', None] = 'x'", "str", ("x",), True),
        ("a: Literal[1, 'x'] = 1", "any", (1, "x"), False),
        ("a: Literal['x'] | int = 1", "any", (), False),
        ("a: Literal[NAME] = 'x'", "str", (), False),
    ],
)
def test_choices_come_from_literal(written, line, kind, choices, optional):
    found = read(written, line)["a"]
    assert (found.type, found.choices, found.optional) == (kind, choices, optional)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a, b = 1, 2", "a b"),
        ("[a, b] = [1, 2]", "a b"),
        ("a = b = 1", "a b"),
        ("a, (b, c) = 1, (2, 3)", "a"),
        ("a, *b = 1, 2, 3", ""),
        ("a, b = pair", ""),
        ("if True:\n    a = 1", ""),
        ("for a in [1]: pass", ""),
        ("def a(): pass\nb = 1", "b"),
        ("a = 1\nb = a * 2", "a"),
        ("a = 1\na = a * 2", ""),
        ("a = 1\na += 1", ""),
        ("a = 1\ndel a", ""),
        ("a = 1\na = 2", "a"),
        ("a = len('x')\nb = f'{a}'\nc = x or 1", ""),
        ("a = dict(other)\nb = dict(**other)", ""),
        ("import os\na = os.environ['X']", ""),
        ("a = 10 ** 10 ** 10", ""),
        ("a = 1 / 0", ""),
        ("%matplotlib inline\na = 1\n!ls", "a"),
        ("a: int", ""),
        ("self.a = 1\nd['a'] = 1", ""),
        ("", ""),
    ],
)
def test_only_names_bound_to_constants_at_the_top_are_parameters(written, text, names):
    assert set(read(written, text)) == set(names.split())


def test_the_last_value_of_a_name_bound_twice_is_the_default(written):
    found = read(written, "a = 1\na = 'x'  # now text")["a"]
    assert (found.default, found.type, found.help, found.place.line) == ("x", "str", "now text", 2)


def test_the_comment_on_its_line_is_the_help(written):
    found = read(written, "a = 1  # how many\nb = 'x # y'  ## why #1\nc = [1,\n 2]  # end\nd = 3")
    assert [one.help for one in found.values()] == ["how many", "why #1", "end", ""]


def test_papermill_s_type_comments_are_types_and_what_follows_is_help(written):
    found = read(written, "a = 1  # type: float how large\nb = 1  # type: float # how large")
    assert [(one.type, one.help) for one in found.values()] == [("float", "how large")] * 2


def test_the_first_tagged_cell_counts_and_where_it_stands(written):
    notebook = written("x = 1", ("\na = 1", TAGGED), ("b = 1", TAGGED))
    (found,) = read_parameters(notebook)
    assert (found.name, str(found.place)) == ("a", "cell 2 line 2")


def test_without_a_tagged_cell_there_are_none(written):
    assert read_parameters(written("a = 1")) == ()


@pytest.mark.parametrize("text", ["a = = 1", "a = '\ud83d'", "a = (" * 300])
def test_a_cell_that_is_no_python_is_refused_by_its_place(written, text):
    with pytest.raises(UsageError, match=r"cell 2.*parameters cell cannot be read"):
        read(written, text)

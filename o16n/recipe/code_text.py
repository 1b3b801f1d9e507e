"""A recipe's functions as one readable file, and back: each stands in a factory that takes what it froze.

```
def make_clean(limit):
    np = named("numpy")

    def clean(value):
        return np.log1p(min(value, limit))

    return clean
```

`make_` stands before a `def`, `lambda_` before a lambda expression, `loop_` before a loop over rows.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any, Literal

from o16n.errors import BundleError
from o16n.recipe.code import NAMELESS, WHERE, changed_names, own_name, unnamed
from o16n.recipe.program import Code, Named

STEP = "    "
UNREADABLE = (SyntaxError, ValueError, TypeError, LookupError, AttributeError, AssertionError)
PREFIXES: dict[str, Literal["def", "lambda", "loop"]] = {
    "make": "def",
    "lambda": "lambda",
    "loop": "loop",
}
HEAD = '''"""Functions of the notebook that its recipe calls. Each factory takes what its function had frozen."""

from importlib import import_module


def named(name):
    """Return the module, or what stands in one, by its dotted name."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            value = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            value = getattr(value, part)
        return value
    raise ModuleNotFoundError(name)
'''


class CodeText:
    """Collects the functions of a recipe, each different one once."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def factory(self, code: Code) -> str:
        """Return the name of the factory for `code`, which stands in the text from now on.

        Raises:
            SyntaxError: the source is not what its kind says.
        """
        prefix = next(one for one, kind in PREFIXES.items() if kind == code.kind)
        base, number = f"{prefix}_{own_name(code)}", 1
        while True:
            name = base if number == 1 else f"{base}_{number}"
            text = _text(code, name)
            if self._texts.setdefault(name, text) == text:
                return name
            number += 1

    def text(self) -> str:
        """Return the file, "" where there is no function."""
        if not self._texts:
            return ""
        return "\n\n".join([HEAD, *(self._texts[name] for name in sorted(self._texts))])


def _text(code: Code, factory: str) -> str:
    named = {name: one.name for name, one in code.frozen.items() if isinstance(one, Named)}
    parts = [f"def {factory}({', '.join(sorted(unnamed(code.frozen)))}):"]
    parts += [f'{STEP}{name} = named("{named[name]}")' for name in sorted(named)]
    parts += [""] if named else []
    own = own_name(code)
    if code.kind == "def":
        parts += [*_indented(code.source, STEP), ""]
    elif code.kind == "lambda":
        parts += [f"{STEP}{own} = (", *_indented(code.source, STEP * 2, wrapped=True), f"{STEP})"]
    else:
        taken = [*code.takes, *(f"{one}={one}" for one in changed_names(code))]
        given = ", ".join(f'"{one}": {one}' for one in code.gives)
        parts += [f"{STEP}def {own}({', '.join(taken)}):", *_indented(code.source, STEP * 2)]
        parts += [f"{STEP * 2}return {{{given}}}", ""]
    text = "\n".join([*parts, f"{STEP}return {own}", ""])
    try:
        alone = _parsed(text)[factory].source == code.source
    except UNREADABLE:
        alone = False
    if not alone:
        raise SyntaxError("the source of a function does not stand alone")
    return text


def _indented(source: str, by: str, *, wrapped: bool = False) -> list[str]:
    inside = _continued(f"(\n{source}\n)" if wrapped else source)
    return [
        by + line if line and number not in inside else line
        for number, line in enumerate(source.split("\n"), 2 if wrapped else 1)
    ]


def _continued(source: str) -> set[int]:
    """Return the lines, from 1, that begin inside a text constant: their blanks are part of it."""
    return {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr) or _is_text(node)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)  # type: ignore[attr-defined] # expressions have lines
    }


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)


@dataclass(frozen=True, kw_only=True)
class Factory:
    """What the text tells of one function: all but the frozen values, whose names are `parameters`."""

    kind: Literal["def", "lambda", "loop"]
    name: str
    source: str
    parameters: tuple[str, ...]
    named: dict[str, str]
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()


def parse(text: str) -> dict[str, Factory]:
    """Return the factories in a code file; nothing runs.

    Raises:
        BundleError: it is not as `CodeText` writes it.
    """
    try:
        return _parsed(text)
    except UNREADABLE as error:
        raise BundleError(f"is not as o16n writes it: {error}", where=WHERE) from error


def _parsed(text: str) -> dict[str, Factory]:
    inside, lines = _continued(text), text.split("\n")
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name != "named":
            found[node.name] = _factory(node, lines, inside)
    return found


def _factory(node: ast.FunctionDef, lines: list[str], inside: set[int]) -> Factory:
    kind = PREFIXES[node.name.partition("_")[0]]
    named, rest = _named(node.body)
    last = rest[-1]
    assert isinstance(last, ast.Return)
    assert isinstance(last.value, ast.Name)
    above = node.body[len(named) - 1].end_lineno if named else node.lineno
    first, end = (above or 0) + 1 + bool(named), last.lineno - 1
    name = last.value.id
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    if kind == "loop":
        inner = rest[-2]
        assert isinstance(inner, ast.FunctionDef)
        takes, gives = _taken(inner), _given(inner)
        first, end = inner.lineno + 1, inner.body[-1].lineno - 1
    elif kind == "lambda":
        first, end = first + 1, end - 1
    else:
        assert isinstance(rest[-2], ast.FunctionDef | ast.ClassDef)
        end -= 1
    by = STEP if kind == "def" else STEP * 2
    return Factory(
        kind=kind,
        name="<lambda>" if kind == "lambda" and name == NAMELESS else name,
        source="\n".join(
            lines[at - 1] if at in inside else lines[at - 1].removeprefix(by)
            for at in range(first, end + 1)
        ),
        parameters=tuple(one.arg for one in node.args.args),
        named=named,
        takes=takes,
        gives=gives,
    )


def _named(body: list[ast.stmt]) -> tuple[dict[str, str], list[ast.stmt]]:
    """Return the names of modules and library functions that a factory begins with, and the rest."""
    found: dict[str, str] = {}
    for place, one in enumerate(body):
        match one:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id="named"), args=[ast.Constant(value=told)]),
            ):
                found[name] = str(told)
            case _:
                return found, body[place:]
    raise SyntaxError("a factory that returns nothing")


def _taken(loop: ast.FunctionDef) -> tuple[str, ...]:
    given = loop.args.args
    return tuple(one.arg for one in given[: len(given) - len(loop.args.defaults)])


def _given(loop: ast.FunctionDef) -> tuple[str, ...]:
    last = loop.body[-1]
    assert isinstance(last, ast.Return)
    assert isinstance(last.value, ast.Dict)
    return tuple(one.value for one in last.value.keys if isinstance(one, ast.Constant))  # type: ignore[misc] # texts


def code_of(factories: dict[str, Factory], name: str, frozen: dict[str, Any]) -> Code:
    """Return the function of a factory with its frozen values.

    Raises:
        LookupError: the code file has no such factory, or it takes other names.
    """
    if name not in factories:
        raise LookupError(f"the code file has no {name[:80]}")
    made = factories[name]
    if set(frozen) != set(made.parameters):
        raise LookupError(f"{name[:80]} takes {', '.join(made.parameters) or 'nothing'}")
    return Code(
        kind=made.kind,
        name=made.name,
        source=made.source,
        frozen={**frozen, **{key: Named(one) for key, one in made.named.items()}},
        takes=made.takes,
        gives=made.gives,
    )

"""What a name held when a statement ran, where it was bound anew since."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from o16n.candidate.values import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Place

DEPTH = 4  # names bound from names that were bound anew themselves
SPLIT = "train_test_split"


def as_it_was(
    names: Mapping[str, Any], all_of: tuple[Statement, ...], text: str, place: Place | None
) -> Any:
    """Return what `text` gave when the statement at `place` ran, None where nobody can tell any more.

    A name that no later statement changed still holds it. One that was bound anew is made again
    where that is certain: a split of unchanged data with a fixed seed, or a plain expression.
    """
    at = index_of(all_of, place)
    return value_of(names, text) if at is None else _value(names, all_of, text, at, DEPTH)


def changed_since(
    names: Mapping[str, Any], all_of: tuple[Statement, ...], text: str, place: Place | None
) -> Statement | None:
    """Return the first later statement that changed what `text` is made of, None where there is none."""
    at = index_of(all_of, place)
    if at is None:
        return None
    columns = _columns(value_of(names, text))
    return next(
        (one for one in all_of[at + 1 :] for root in _roots(text) if changes(one, root, columns)),
        None,
    )


def index_of(all_of: tuple[Statement, ...], place: Place | None) -> int | None:
    """Return the number of the last statement at `place`, None where there is none."""
    found = [number for number, one in enumerate(all_of) if one.place == place]
    return found[-1] if found else None


def changes(statement: Statement, name: str, columns: frozenset[str] | None) -> bool:
    """Tell whether a statement binds `name` anew or changes it in place.

    A column that is set does not count where it is none of `columns`; None stands for all of them.
    """
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            key = node.slice.value if isinstance(node.slice, ast.Constant) else None
            apart = columns is not None and isinstance(key, str) and key not in columns
            if isinstance(node.value, ast.Name) and node.value.id == name and not apart:
                return True
            if not isinstance(node.value, ast.Name) and name in _roots_of(node.value):
                return True
        if isinstance(node, ast.Call) and name in _roots_of(node.func) and _writes(node):
            return True
    return False


def _writes(call: ast.Call) -> bool:
    """Tell whether a method changes what it is called on: `inplace=True`, or a fit."""
    fits = isinstance(call.func, ast.Attribute) and call.func.attr.startswith("fit")
    return fits or any(one.arg == "inplace" for one in call.keywords)


def _value(
    names: Mapping[str, Any], all_of: tuple[Statement, ...], text: str, at: int, depth: int
) -> Any:
    now = value_of(names, text)
    columns = _columns(now)
    again: dict[str, Any] = {}
    for root in _roots(text):
        if any(changes(one, root, columns) for one in all_of[at + 1 :]):
            made = _again(names, all_of, root, at, depth) if depth else None
            if made is None:
                return None
            again[root] = made
    return value_of({**names, **again}, text) if again else now


def _again(
    names: Mapping[str, Any], all_of: tuple[Statement, ...], name: str, at: int, depth: int
) -> Any:
    """Return what `name` was bound to before statement `at`, made once more; None where that is unsure."""
    for number in range(at, -1, -1):
        if changes(all_of[number], name, None):
            break
    else:
        return None
    node = all_of[number].node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return None
    target = node.targets[0]
    if isinstance(target, ast.Name):
        return _value(names, all_of, ast.unparse(node.value), number, depth - 1)
    if isinstance(target, ast.Tuple) and all(isinstance(one, ast.Name) for one in target.elts):
        parts = _split_again(names, all_of, node.value, number, depth)
        stored = [one.id for one in target.elts if isinstance(one, ast.Name)]
        return dict(zip(stored, parts, strict=False)).get(name)
    return None


def _split_again(
    names: Mapping[str, Any],
    all_of: tuple[Statement, ...],
    call: ast.expr,
    at: int,
    depth: int,
) -> list[Any]:
    """Return the parts of `train_test_split(…)` with its arguments as they were; [] where chance decides."""
    func = call.func if isinstance(call, ast.Call) else None
    called = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if not isinstance(call, ast.Call) or called != SPLIT:
        return []
    arguments: list[tuple[str | None, ast.expr]] = [(None, one) for one in call.args]
    arguments += [(one.arg, one.value) for one in call.keywords]
    given: list[Any] = []
    keywords: dict[str, Any] = {}
    for name, node in arguments:
        if isinstance(node, ast.Constant):
            value: Any = node.value
        else:
            value = _value(names, all_of, ast.unparse(node), at, depth - 1)
            if value is None:
                return []
        if name is None:
            given.append(value)
        else:
            keywords[name] = value
    if not isinstance(keywords.get("random_state"), int) and keywords.get("shuffle") is not False:
        return []
    from sklearn.model_selection import train_test_split

    try:
        return list(train_test_split(*given, **keywords))
    except (TypeError, ValueError):
        return []  # the data changed in length since: then it cannot be made again


def _roots(text: str) -> set[str]:
    try:
        return _roots_of(ast.parse(text, mode="eval")) if text else set()
    except SyntaxError:
        return set()


def _roots_of(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _columns(value: Any) -> frozenset[str] | None:
    columns = getattr(value, "columns", None)
    if columns is not None:
        return frozenset(map(str, columns))
    name = getattr(value, "name", None)
    return frozenset({str(name)}) if name is not None else None

"""Which operations have a form of their own on columns, by their names in the recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.columns import cells, dummies, estimators, frames, numbers, places, texts
from o16n.recipe.columns.forms import Away, Column, Table
from o16n.recipe.kept import SUBSCRIPTS
from o16n.recipe.program import Ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from o16n.recipe.program import Operation

ON_FRAMES: dict[str, Callable[..., Any]] = {
    "astype": cells.astype,
    "abs": numbers.elementwise("abs"),
    "apply": cells.applied,
    "clip": cells.clip,
    "copy": frames.copy,
    "drop": frames.drop,
    "dropna": frames.dropna,
    "fillna": cells.fillna,
    "isin": cells.isin,
    "map": cells.mapped_or_applied,
    "rename": frames.rename,
    "reset_index": frames.reset_index,
    "to_numpy": frames.to_numpy,
    "transform": estimators.transform,
    **{one: cells.told_missing(one) for one in cells.MISSING},
}
ON_TEXTS: dict[str, Callable[..., Any]] = {
    "contains": texts.contains,
    "endswith": texts.told("endswith"),
    "extract": texts.extract,
    "get": texts.getitem,
    "len": texts.length,
    "lower": texts.changed("lower"),
    "replace": texts.replace,
    "startswith": texts.told("startswith"),
    "strip": texts.changed("strip"),
    "upper": texts.changed("upper"),
}
BY_NAME: dict[str, Callable[..., Any]] = {
    "delitem": frames.delitem,
    "iloc": places.iloc,
    "invert": numbers.invert,
    "loc": places.loc,
    "neg": numbers.negate,
    "numpy.where": cells.where,
    "pandas.DataFrame": frames.frame,
    "pandas.concat": frames.concat,
    "rules.get_dummies": dummies.get_dummies,
    "same": frames.copy,
    "setattr": frames.setattr_,
    "rules.select_columns": frames.select_columns,
    "set_loc": places.set_loc,
    "setitem": frames.setitem,
    **{one: numbers.operated(one) for one in (*numbers.ARITHMETIC, *numbers.COMPARING, *numbers.LOGIC)},
    **{one: numbers.compared_text(one) for one in ("eq", "ne")},
    **{
        f"numpy.{one}": numbers.elementwise(one)
        for one in ("abs", "absolute", "exp", "expm1", "log", "log10", "log1p", "log2", "sqrt", "square")
    },
}  # fmt: skip
CHANGING = ("setitem", "delitem", "set_loc", "setattr")


def form_of(operation: Operation) -> Callable[..., Any] | None:
    """Return the form of an operation on columns, None where there is none.

    It takes the operation's arguments and gives what the operation makes, or what the register that
    it changes holds afterwards. It raises where pandas has to do it.
    """
    if operation.role in ("source", "concat"):
        return None
    if operation.role == "pass":
        known = operation.function in SUBSCRIPTS
        return places.passed(operation.function) if known else None
    if operation.role == "lazy":
        return _accessor if _name(operation) == ("attribute", "str") else None
    if operation.changes is not None:
        return _changing(operation)
    return _making(operation)


def _name(operation: Operation) -> tuple[str, Any]:
    named = operation.function in ("attribute", "method") and len(operation.arguments) > 1
    return operation.function, operation.arguments[1] if named else None


def _making(operation: Operation) -> Callable[..., Any] | None:
    function, name = _name(operation)
    if function == "method":
        return _method if name in ON_FRAMES or name in ON_TEXTS else None
    if function == "getitem":
        return _getitem
    if function == "attribute":
        return frames.attribute
    return None if function in CHANGING else BY_NAME.get(function)


def _changing(operation: Operation) -> Callable[..., Any] | None:
    """Return the form of an operation in place: what its register then holds."""
    first = operation.arguments[0] if operation.arguments else None
    if not isinstance(first, Ref) or first.register != operation.changes:
        return None
    function, name = _name(operation)
    if function == "method" and name in ON_FRAMES and operation.options.get("inplace") is True:
        return _in_place
    return BY_NAME[function] if function in CHANGING else None


def _accessor(owner: Any, _: str) -> Any:
    return texts.accessor(owner)


def _method(owner: Any, name: str, *arguments: Any, **options: Any) -> Any:
    known = ON_TEXTS if type(owner) is texts.Texts else ON_FRAMES
    if name not in known:
        raise Away
    return known[name](owner, *arguments, **options)


def _in_place(owner: Any, name: str, *arguments: Any, inplace: bool, **options: Any) -> Any:  # noqa: ARG001 - pandas' own word
    return _method(owner, name, *arguments, **options)


def _getitem(owner: Any, key: Any) -> Any:
    return texts.getitem(owner, key) if type(owner) is texts.Texts else frames.getitem(owner, key)


def is_light(value: Any) -> bool:
    """Tell whether a value is one of the forms here, which pandas does not know."""
    return type(value) in (Table, Column, texts.Texts)

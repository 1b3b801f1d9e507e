"""Look an expression's value up among the kernel's names, computing nothing that could change one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PURE = {
    "array", "asarray", "astype", "concat", "copy", "DataFrame", "drop", "dropna", "fillna", "filter",
    "flatten", "head", "isin", "isna", "isnull", "join", "len", "list", "log", "log1p", "notna", "notnull",
    "Path", "predict", "predict_proba", "range", "ravel", "reindex", "reset_index", "reshape", "round",
    "select_dtypes", "squeeze", "tail", "to_frame", "to_numpy", "toarray", "transform", "vstack", "hstack",
}  # fmt: skip
ALLOWED = (
    ast.Attribute,
    ast.BinOp,
    ast.BoolOp,
    ast.Call,
    ast.Compare,
    ast.Constant,
    ast.Dict,
    ast.List,
    ast.Name,
    ast.Set,
    ast.Slice,
    ast.Subscript,
    ast.Tuple,
    ast.UnaryOp,
    ast.boolop,
    ast.cmpop,
    ast.expr_context,
    ast.keyword,
    ast.operator,
    ast.unaryop,
)


def value_of(namespace: Mapping[str, Any], text: str) -> Any:
    """Return what `text` (an expression of the notebook) gives now, None where it cannot be told.

    Names, attributes, subscripts, arithmetic and calls that are known to change nothing
    (`X.drop(columns=["y"])`, `scaler.transform(X)`); anything else is not evaluated.
    """
    if not text or text in namespace:
        return namespace.get(text)
    try:
        node = ast.parse(text, mode="eval")
    except SyntaxError:
        return None
    names = [one.id for one in ast.walk(node.body) if isinstance(one, ast.Name)]
    if any(isinstance(namespace.get(name), Iterator) for name in names):
        return None  # looking into it would use it up
    if not all(_is_pure(one) for one in ast.walk(node.body)):
        return None
    try:
        return eval(compile(node, "<looked up>", "eval"), dict(namespace))  # noqa: S307 - only what _is_pure lets through
    except Exception:  # noqa: BLE001 - whatever the notebook's own objects raise: then there is no value
        return None


def _is_pure(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("__")
    if isinstance(node, ast.Call):
        func = node.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return name in PURE and not any(
            one.arg in (None, "inplace", "out") for one in node.keywords
        )
    return isinstance(node, ALLOWED)

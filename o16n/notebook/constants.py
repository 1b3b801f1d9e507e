"""The value of an expression that needs no names: literals, arithmetic of numbers, `dict(a=1)`."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
LARGEST = 10**12
LARGEST_POWER = 12


class NotConstantError(ValueError):
    """The expression needs a name, a call, or more than a person would compute in their head."""


def constant(node: ast.expr) -> Any:
    """Return the value of `node`.

    Raises:
        NotConstantError: it is not constant.
    """
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        pass
    if isinstance(node, ast.BinOp):
        return _computed(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        if node.args or any(one.arg is None for one in node.keywords):
            raise NotConstantError
        return {str(one.arg): constant(one.value) for one in node.keywords}
    raise NotConstantError


def _computed(node: ast.BinOp) -> Any:
    """Return the value of `60 * 60` or `'a' + 'b'`, small numbers only."""
    compute = ARITHMETIC.get(type(node.op))
    left, right = constant(node.left), constant(node.right)
    texts = isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add)
    numbers = all(type(one) in (int, float) and abs(one) <= LARGEST for one in (left, right))
    power = isinstance(node.op, ast.Pow) and abs(right) > LARGEST_POWER if numbers else False
    if compute is None or power or not (numbers or texts):
        raise NotConstantError
    try:
        return compute(left, right)
    except (ArithmeticError, ValueError) as error:
        raise NotConstantError from error

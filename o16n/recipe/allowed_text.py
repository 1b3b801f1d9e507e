"""Whether the text of a `DataFrame.query` is a plain condition on columns."""

from __future__ import annotations

import ast
import re
from typing import Any

QUOTED = re.compile(r"`[^`\n]*`")
LONGEST = 10_000
ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd,
    ast.Invert, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow,
    ast.BitAnd, ast.BitOr, ast.BitXor, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt,
    ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot, ast.Name, ast.Load, ast.Constant, ast.List,
    ast.Tuple,
)  # fmt: skip


def is_plain_query(text: Any) -> bool:
    """Tell whether a condition holds only names, constants, comparisons, arithmetic, in, and, or, not.

    No call, no attribute, no subscript, and no `@`, which would reach names of the process.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        return False
    bare = QUOTED.sub("quoted", text.strip().replace("\n", " "))
    try:
        tree = ast.parse(bare, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(isinstance(node, ALLOWED) for node in ast.walk(tree)) and "__" not in bare

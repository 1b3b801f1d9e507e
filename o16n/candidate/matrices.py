"""The matrices that xgboost and lightgbm train natively: what the notebook made each of them of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from o16n.candidate.calls import argument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Place

    Made = tuple[str, str, Place]  # X, y ("" where none is given), and where the matrix was made

MAKERS = {"DMatrix", "QuantileDMatrix", "Dataset"}
DATA = ("dtrain", "train_set")  # xgboost's and lightgbm's word for the second argument of `train`


def trained(statement: Statement, all_of: tuple[Statement, ...]) -> Iterator[tuple[ast.expr, Made]]:
    """Yield (target, what it was trained on, as far as `all_of` tell) of a `NAME = xgb.train(params, matrix)`."""
    node = statement.node
    if not isinstance(node, ast.Assign):
        return
    for name, call in statement.calls():
        if name != "train" or call is not node.value:
            continue
        text = next((found for word in DATA if (found := argument(call, 1, word))), "")
        if text:
            unknown = ("", "", statement.place)
            yield node.targets[0], behind(text, statement, all_of) or unknown


def behind(text: str, statement: Statement, all_of: tuple[Statement, ...]) -> Made | None:
    """Return what the matrix `text` of a statement was made of, None where it is no matrix made in the notebook."""
    for place, node in _last_bound(text, statement, all_of):
        if not isinstance(node, ast.Call):
            return None
        called = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if called not in MAKERS:
            return None
        return argument(node, 0, "data"), argument(node, 1, "label"), place
    return None


def _last_bound(
    text: str, statement: Statement, all_of: tuple[Statement, ...]
) -> Iterator[tuple[Place, ast.expr]]:
    """Yield the expression itself, where it is none but a name what the name was bound to last before."""
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return
    if not isinstance(node, ast.Name):
        yield statement.place, node
        return
    before = all_of[: next(n for n, one in enumerate(all_of) if one is statement)]
    for earlier in reversed(before):
        if node.id in earlier.binds:
            if isinstance(earlier.node, ast.Assign):
                yield earlier.place, earlier.node.value
            return

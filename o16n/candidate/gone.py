"""Models that the notebook fitted and tried, and whose name has been bound to something else since."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from o16n.candidate import statements as told

if TYPE_CHECKING:
    from collections.abc import Callable

    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Place


@dataclass(kw_only=True)
class Life:
    """What became of one model under one name: where it was last fitted, and whether it was tried or kept."""

    fitted: Place
    tried: bool = False
    kept: bool = False


def gone(all_of: tuple[Statement, ...], lives: Callable[[str], bool]) -> list[tuple[str, Place]]:
    """Return (name, place of the fit) of each model that was tried and is gone; `lives` tells of a name.

    One whose fit stands where that of a living model stands is the same cell run again; the rounds
    of a loop are a scan, whose outcome the author took or not.
    """
    open_: dict[str, Life] = {}
    closed: list[tuple[str, Life]] = []
    for statement in all_of:
        fitted = {owner for owner, *_ in told.fits((statement,)) if owner} - statement.loop
        bound = _bound(statement.node) & open_.keys()
        closed += [(name, open_.pop(name)) for name in sorted(bound)]
        for name in fitted:
            open_.setdefault(name, Life(fitted=statement.place)).fitted = statement.place
        for owner, *_ in told.predictions((statement,)):
            if owner in open_:
                open_[owner].tried = True
        for name in _kept(statement.node) & open_.keys():
            open_[name].kept = True
    closed += [(name, life) for name, life in open_.items() if not lives(name)]
    living = {life.fitted for name, life in open_.items() if lives(name)}
    return [
        (name, life.fitted)
        for name, life in closed
        if life.tried and not life.kept and life.fitted not in living
    ]


def _bound(node: ast.AST) -> set[str]:
    """Return the names that a statement binds to something new."""
    return {
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }


def _kept(node: ast.stmt) -> set[str]:
    """Return the names whose object a statement keeps elsewhere: `best = m`, `found.append(m)`, `{"m": m}`."""
    found: set[str] = set()
    for one in ast.walk(node):
        inside: list[ast.expr | None] = []
        if isinstance(one, ast.Assign):
            inside = [one.value]
        elif isinstance(one, ast.Dict):
            inside = list(one.values)
        elif isinstance(one, ast.List | ast.Tuple) and isinstance(one.ctx, ast.Load):
            inside = list(one.elts)
        elif isinstance(one, ast.Call) and getattr(one.func, "attr", "") in ("append", "extend"):
            inside = list(one.args)
        found |= {part.id for part in inside if isinstance(part, ast.Name)}
    return found

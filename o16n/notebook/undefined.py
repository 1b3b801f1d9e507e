"""Names that a notebook uses before any cell above has defined them."""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

from o16n.notebook.names import StatementNames, Use, cell_names, opens_by_magic, statement_names
from o16n.notebook.notebook import Finding, Place
from o16n.notebook.source import asks_automagic, python_tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.notebook import Cell, Notebook

ALWAYS = frozenset(dir(builtins)) | {
    *("In", "Out", "exit", "quit", "get_ipython", "display", "_", "__", "___"),
    *("_i", "_ii", "_iii", "_ih", "_oh", "_dh", "__annotations__", "__session__"),
    *("__conditional_annotations__", "__classdict__", "__static_attributes__"),
}
NUMBERED = re.compile(r"_i?\d+$")
WORD = re.compile(r"[^\W\d]\w*")
BRANCHES = (ast.If, ast.Try, ast.While, ast.For, ast.Match, ast.With)


def findings(notebook: Notebook) -> Iterator[Finding]:
    """Yield each name used before it is defined, once, at its first use.

    An error where a run from the top must fail there; a warning where a branch, a loop or a call
    decides. After `from x import *`, `%run` or `exec` nothing more can be told.
    """
    cells = [(cell, cell_names(cell)) for cell in notebook.code]
    where = _definitions(cells)
    defined: set[str] = set()
    told: set[str] = set()
    for cell, statements in cells:
        if python_tree(cell) is None:
            defined |= set(WORD.findall(cell.source))
        for statement in () if asks_automagic(cell.source) else statements:
            for use in (*statement.uses, *_deleted(statement)):
                if use.name not in told and not _is_known(use, statement, defined, where):
                    told.add(use.name)
                    yield _finding(use, statement, cell, where)
            if statement.opens:
                return
            defined = _after(defined, statement)
        if opens_by_magic(cell):
            return


def _deleted(statement: StatementNames) -> list[Use]:
    """Return what `del` takes for granted; only there is a deletion the statement's own."""
    node = statement.node
    names = sorted(statement.deletes) if isinstance(node, ast.Delete) else []
    return [Use(name=name, line=node.lineno) for name in names]


def _after(defined: set[str], statement: StatementNames) -> set[str]:
    defined = defined | statement.defines | statement.globals_set
    return defined - {use.name for use in _deleted(statement)}


def _definitions(cells: list[tuple[Cell, tuple[StatementNames, ...]]]) -> dict[str, Place]:
    """Return where each name is defined first."""
    found: dict[str, Place] = {}
    for cell, statements in cells:
        for statement in statements:
            place = Place(cell=cell.number, line=statement.node.lineno)
            for name in statement.defines | statement.globals_set:
                found.setdefault(name, place)
    return found


def _is_known(
    use: Use, statement: StatementNames, defined: set[str], where: dict[str, Place]
) -> bool:
    """Tell whether the text gives no reason to say that the name is missing."""
    if use.name in ALWAYS or NUMBERED.match(use.name) or use.name in defined:
        return True
    if use.deferred:
        return use.name in where
    # Inside a compound statement an earlier part of it may define the name.
    compound = isinstance(statement.node, (*BRANCHES, ast.ClassDef)) and not _at_once(
        use, statement
    )
    return (compound and use.name in statement.defines) or _binds_itself(use, statement)


def _at_once(use: Use, statement: StatementNames) -> bool:
    """Tell whether the name is read by what a compound statement computes before anything else."""
    node = statement.node
    first = node.items[0] if isinstance(node, ast.With) else node
    told = (getattr(first, name, None) for name in ("test", "iter", "subject", "context_expr"))
    heads = [statement_names(ast.Expr(one, lineno=1, col_offset=0)) for one in told if one]
    return any(one.name == use.name and not one.deferred for head in heads for one in head.uses)


def _binds_itself(use: Use, statement: StatementNames) -> bool:
    """Tell whether an expression binds the name before it reads it: `(n := f()) and n`."""
    walrus = (one for one in ast.walk(statement.node) if isinstance(one, ast.NamedExpr))
    return any(one.target.id == use.name for one in walrus)


def _finding(use: Use, statement: StatementNames, cell: Cell, where: dict[str, Place]) -> Finding:
    later = where.get(use.name)
    branches = isinstance(statement.node, BRANCHES) and not _at_once(use, statement)
    sure = not use.deferred and not branches
    if later is None:
        text, hint = "is used but defined nowhere", "define it, or import it"
    elif later.cell == cell.number and later.line == statement.node.lineno:
        text, hint = "is used by the statement that first defines it", "give it a value before"
    else:
        text, hint = f"is used before {later} defines it", "move the definition up"
    return Finding(
        slug="undefined-name",
        severity="error" if sure else "warning",
        message=f"{use.name} {text}",
        place=Place(cell=cell.number, line=use.line),
        hint=hint,
    )

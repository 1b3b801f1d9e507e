"""What a notebook's statements say about models and data: fits, splits, predictions, saves."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from o16n.candidate import calls, matrices
from o16n.candidate.calls import argument
from o16n.notebook.notebook import Place
from o16n.notebook.source import python_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.notebook.notebook import Cell, Notebook

SAVERS = {"dump", "dumps", "save_model", "save"}
PLAIN = (
    ast.Attribute,
    ast.Constant,
    ast.List,
    ast.Load,
    ast.Name,
    ast.Slice,
    ast.Subscript,
    ast.Tuple,
    ast.UnaryOp,
    ast.USub,
)
DEPTH = 3  # functions that call functions
PREDICTS = {"predict", "predict_proba", "decision_function", "score", "predict_log_proba"}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One simple statement with its cell; lines are within the cell.

    `inner` marks one from the body of a notebook's function, opened at the place that calls it;
    `loop` are the names that the loops around it bind anew in each round.
    """

    node: ast.stmt
    place: Place
    text: str
    inner: bool = False
    loop: frozenset[str] = frozenset()

    @property
    def loads(self) -> set[str]:
        """The names it reads."""
        return {
            n.id
            for n in ast.walk(self.node)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
        }

    @property
    def binds(self) -> set[str]:
        """The names it binds or changes in place (`df[c] = …`, `df.x = …`, `df.fillna(…, inplace=True)`)."""
        found = {
            n.id
            for n in ast.walk(self.node)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        for node in ast.walk(self.node):
            if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(
                node.ctx, ast.Store | ast.Del
            ):
                found |= {root(node)} - {""}
            if isinstance(node, ast.Call) and any(k.arg == "inplace" for k in node.keywords):
                found |= {root(node.func)} - {""}
        return found

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Yield (last part of the called name, call)."""
        for node in ast.walk(self.node):
            if isinstance(node, ast.Call):
                func = node.func
                if isinstance(func, ast.Attribute):
                    yield func.attr, node
                elif isinstance(func, ast.Name):
                    yield func.id, node


def root(node: ast.AST) -> str:
    """Return the name at the root of `a.b[c].d`, "" where there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def statements(notebook: Notebook) -> tuple[Statement, ...]:
    """Return the simple statements of all cells that parse, in order.

    Loops and branches are opened below their heads, and so are the notebook's own functions where they are called.
    """
    trees = [(cell, tree) for cell in notebook.code if (tree := _tree(cell)) is not None]
    functions = calls.functions_of(tree for _, tree in trees)
    found: list[Statement] = []
    for cell, tree in trees:
        lines = cell.source.splitlines()
        for node, loop in _opened(tree.body):
            text = lines[node.lineno - 1].strip() if node.lineno <= len(lines) else ""
            place = Place(cell=cell.number, line=node.lineno)
            found.append(Statement(node=node, place=place, text=text, loop=loop))
            found += [
                Statement(node=one, place=place, text=text, inner=True, loop=loop | inside)
                for one, inside in _inside(node, functions, DEPTH)
            ]
    return tuple(found)


def _tree(cell: Cell) -> ast.Module | None:
    try:
        return ast.parse(python_source(cell))
    except SyntaxError:
        return None


Opened = tuple[ast.stmt, frozenset[str]]


def _opened(body: list[ast.stmt], loop: frozenset[str] = frozenset()) -> Iterator[Opened]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            continue
        blocks = [node, *getattr(node, "handlers", ()), *getattr(node, "cases", ())]
        inner = [
            part
            for name in ("body", "orelse", "finalbody")
            for block in blocks
            for part in getattr(block, name, ())
        ]
        if inner:
            if (head := _head(node)) is not None:
                yield head, loop
            again = _names_stored(node) if isinstance(node, ast.For | ast.While) else frozenset()
            yield from _opened(inner, loop | again)
        else:
            yield node, loop


def _head(node: ast.stmt) -> ast.stmt | None:
    """Return what a compound statement itself reads, calls and binds, with nothing in its body."""
    empty: list[ast.stmt] = [ast.copy_location(ast.Pass(), node)]
    head: ast.stmt
    match node:
        case ast.For(target=target, iter=rounds):
            head = ast.For(target=target, iter=rounds, body=empty, orelse=[])
        case ast.With(items=items):
            head = ast.With(items=items, body=empty)
        case ast.If(test=test):
            head = ast.If(test=test, body=empty, orelse=[])
        case ast.While(test=test):
            head = ast.While(test=test, body=empty, orelse=[])
        case ast.Match(subject=subject):
            head = ast.Match(subject=subject, cases=[])
        case _:
            return None
    return ast.copy_location(head, node)


def _inside(node: ast.stmt, functions: calls.Functions, depth: int) -> Iterator[Opened]:
    for one, loop in _opened(calls.opened(node, functions)) if depth else ():
        yield one, loop
        yield from _inside(one, functions, depth - 1)


def _names_stored(node: ast.AST) -> frozenset[str]:
    return frozenset(
        one.id
        for one in ast.walk(node)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    )


def loop_names(notebook: Notebook) -> set[str]:
    """Return the names that `for` binds: after the loop they hold whatever came last."""
    trees = [tree for cell in notebook.code if (tree := _tree(cell)) is not None]
    targets = [
        node.target
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.For | ast.comprehension)
    ]
    return {name for target in targets for name in _names_stored(target)}


def fitted_in_loop(all_of: tuple[Statement, ...], name: str) -> Place | None:
    """Return where `name` was last fitted, if that is in a loop that binds it anew in each round."""
    last = next(
        (
            statement
            for statement in reversed(all_of)
            if any(owner == name for owner, *_ in fits((statement,)))
        ),
        None,
    )
    return last.place if last is not None and name in last.loop else None


def fits(all_of: tuple[Statement, ...]) -> list[tuple[str, str, str, Place]]:
    """Return (model name, X, y, place) of `NAME.fit(X, y)`, `NAME = ….fit(X, y)`; X and y are names or "".

    `NAME = xgb.train(params, matrix)` is a fit on what the matrix was made of, at the matrix's place.
    """
    found: list[tuple[str, str, str, Place]] = []
    for statement in all_of:
        for name, call in statement.calls():
            if name not in ("fit", "fit_predict") or not isinstance(call.func, ast.Attribute):
                continue
            value = call.func.value
            owner = (
                value.id
                if isinstance(value, ast.Name)
                else root(value)
                if isinstance(value, ast.Subscript)
                else ""
            )
            if not owner and isinstance(statement.node, ast.Assign):
                owner = next(iter(_stored(statement.node.targets[0])), "")
            x, y = argument(call, 0, "X"), argument(call, 1, "y")
            found.append((owner, x, y, statement.place))
        found += [
            (_stored(target)[0], *data) for target, data in matrices.trained(statement, all_of)
        ]
    return found


def predictions(all_of: tuple[Statement, ...]) -> list[tuple[str, str, str, Place]]:
    """Return (model name, X, y or "", place) of predict, predict_proba and score calls.

    y is what `score` is given, or what a later call compares the answer with.
    """
    found = []
    for number, statement in enumerate(all_of):
        for name, call in statement.calls():
            if name in PREDICTS and isinstance(call.func, ast.Attribute):
                y = argument(call, 1, "y") or _compared(all_of[number:], statement, call)
                given = argument(call, 0, "X")
                x, _, place = matrices.behind(given, statement, all_of) or (
                    given,
                    "",
                    statement.place,
                )
                found.append((root(call.func.value), x, y, place))
    return found


def _compared(later: tuple[Statement, ...], made: Statement, prediction: ast.Call) -> str:
    """Return the other argument of the innermost first call that takes the prediction, by nesting or by name."""
    stored = _stored(made.node.targets[0]) if isinstance(made.node, ast.Assign) else []
    for statement in later:
        for _, call in reversed(list(statement.calls())):
            if call is prediction or len(call.args) < 2:  # noqa: PLR2004 - the truth and the answer
                continue
            pair = call.args[:2]
            for answer, truth in (pair[::-1], pair):
                if isinstance(truth, ast.Constant):
                    continue
                holds = any(one is prediction for one in ast.walk(answer))
                if holds or (statement is not made and root(answer) in {*stored} - {""}):
                    return ast.unparse(truth)
        if statement is not made and {*stored} & statement.binds - {""}:
            return ""
    return ""


def splits(all_of: tuple[Statement, ...]) -> list[tuple[list[str], Place]]:
    """Return the names on the left of each `a, b, c, d = train_test_split(…)`."""
    return [
        (_stored(one.node.targets[0]), one.place)
        for one in all_of
        if isinstance(one.node, ast.Assign)
        and any(name == "train_test_split" for name, _ in one.calls())
    ]


def saves(all_of: tuple[Statement, ...]) -> dict[str, Place]:
    """Return the names that the author saved, with the place of the last save.

    What a saved list, tuple or dict is written with counts by itself.
    """
    found: dict[str, Place] = {}
    for statement in all_of:
        for name, call in statement.calls():
            if name not in SAVERS:
                continue
            owner = root(call.func) if name == "save_model" else argument(call, 0, "obj")
            for one in _written_out(owner):
                found[one] = statement.place
    return found


def _written_out(text: str) -> list[str]:
    """Return the expressions of a display such as `{"model": m, "scaler": s}`, else the text itself."""
    try:
        node = ast.parse(text, mode="eval").body if text else None
    except SyntaxError:
        node = None
    match node:
        case ast.Dict(values=inside) | ast.List(elts=inside) | ast.Tuple(elts=inside):
            return [ast.unparse(one) for one in inside]
        case _:
            return [text] if text else []


def preparing(all_of: tuple[Statement, ...], name: str, read_at: Place | None) -> list[Statement]:
    """Return the statements between the read and the model's input `name` that change values.

    Backward over names: a statement counts where it binds or changes a name that later ones need.
    Reads, splits and looks do not count.
    """
    needed, found = {name}, []
    for statement in reversed([one for one in all_of if not one.inner]):
        if not statement.binds & needed or isinstance(statement.node, ast.Import | ast.ImportFrom):
            continue
        called = [called for called, _ in statement.calls()]
        at_read = read_at is not None and statement.place == read_at
        if at_read or any(one.startswith(("read_", "load_", "fetch_")) for one in called):
            needed -= statement.binds  # what stood under the name before was not read yet
            continue
        needed |= statement.loads
        if "train_test_split" in called or (not called and _plain(statement.node)):
            continue
        found.append(statement)
    return found[::-1]


def _plain(node: ast.stmt) -> bool:
    """Tell whether an assignment only names a constant, a literal, another name or columns of one."""
    targets = [one for target in getattr(node, "targets", ()) for one in ast.walk(target)]
    if any(isinstance(one, ast.Subscript | ast.Attribute) for one in targets):
        return False
    value = getattr(node, "value", None)
    parts = ast.walk(value) if isinstance(value, ast.AST) else ()
    return all(isinstance(one, PLAIN) for one in parts)


def _stored(target: ast.expr) -> list[str]:
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return [part.id if isinstance(part, ast.Name) else "" for part in parts]

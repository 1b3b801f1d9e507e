"""What a notebook's text would do, told without running it: its calls and its fits."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from o16n.notebook.calls import Calls
from o16n.notebook.expressions import (
    FITS,
    Called,
    Fit,
    TooLongError,
    combined,
    elements,
    outermost,
)
from o16n.notebook.source import python_tree
from o16n.notebook.values import Local, Made, Many, Ref, Scope, Values, bind, either, loose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from o16n.notebook.notebook import Notebook

RUNS_MORE = re.compile(r"^\s*%(?:run|load|store\s+-r|rerun|recall)\b", re.MULTILINE)
DYNAMIC = frozenset({"exec", "eval", "getattr", "__import__", "globals", "import_module"})
DEEPEST = 6


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The calls, fits and objects made in a notebook, as they come.

    `whole` is False where more may happen than the text tells: a cell that is no Python, `%run`,
    `exec`, a fit in a function that nothing here calls, a name that comes from a star import.
    """

    calls: tuple[Called, ...]
    fits: tuple[Fit, ...]
    made: tuple[Made, ...]
    whole: bool


def outline(notebook: Notebook) -> Outline:
    """Return the outline of all cells, in the notebook's order; functions are followed when called."""
    walk = Statements()
    scope, whole = Scope(), True
    every_fit: set[int] = set()
    trees = []
    for cell in notebook.code:
        tree = python_tree(cell)
        whole = whole and tree is not None and not RUNS_MORE.search(cell.source)
        if tree is None:
            continue
        trees.append(tree)  # kept alive: fits are known by the identity of their nodes
        nodes = list(ast.walk(tree))
        every_fit |= {id(n) for n in nodes if isinstance(n, ast.Attribute) and n.attr in FITS}
        whole = whole and not any(_is_dynamic(node) for node in nodes)
        walk.cell = cell.number
        try:
            walk.block(tree.body, scope)
        except (TooLongError, RecursionError):
            whole = False
            break
    whole = whole and not walk.unknown_callees and every_fit <= walk.seen_fits
    return Outline(
        calls=tuple(walk.calls), fits=tuple(walk.fits), made=tuple(walk.made), whole=whole
    )


def _is_dynamic(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in DYNAMIC
    if isinstance(node, ast.Attribute):
        return node.attr in DYNAMIC
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


class Statements(Calls):
    """Walks statements; a loop's body once, with all that its variable may stand for."""

    def __init__(self) -> None:
        super().__init__()
        self.returned: list[Values] = []

    def block(self, body: Sequence[ast.stmt], scope: Scope) -> None:
        """Walk statements one after the other."""
        for node in body:
            self.statement(node, scope)

    def statement(self, node: ast.stmt, scope: Scope) -> None:
        """Walk one statement."""
        how = getattr(self, f"_do_{type(node).__name__.lower()}", None)
        if how is not None:
            how(node, scope)
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, scope)

    def _do_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            scope.names[alias.asname or name] = (Ref(name),)

    def _do_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(module)
            else:
                scope.names[alias.asname or alias.name] = (Ref(f"{module}.{alias.name}"),)

    def _do_functiondef(self, node: ast.FunctionDef | ast.ClassDef, scope: Scope) -> None:
        scope.names[node.name] = (Local(node=node, cell=self.cell, scope=scope),)

    _do_asyncfunctiondef = _do_functiondef
    _do_classdef = _do_functiondef

    def _do_assign(self, node: ast.Assign, scope: Scope) -> None:
        values = self.evaluate(node.value, scope)
        for target in node.targets:
            self.assign(target, values, scope)

    def _do_annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value, scope), scope)

    def _do_augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        values = self.evaluate(node.value, scope)
        if not isinstance(node.target, ast.Name):
            return
        before = scope.find(node.target.id) or ()
        lists = tuple(one for one in before if isinstance(one, Many))
        for one in lists:
            self.grow(one, values)
        self.assign(node.target, lists or combined(node.op, before, values), scope)

    def _do_delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                for one in self.evaluate(target.value, scope):
                    if isinstance(one, Many):
                        one.parts = loose(one).parts

    def _do_global(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        for name in node.names:
            home = outermost(scope) if isinstance(node, ast.Global) else scope.outer
            while home is not None and home.outer is not None and name not in home.names:
                home = home.outer
            if home is not None and home is not scope:
                scope.elsewhere[name] = home

    _do_nonlocal = _do_global

    def _do_return(self, node: ast.Return, scope: Scope) -> None:
        self.returned.append(self.evaluate(node.value, scope))

    def _do_for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        inside = either(*elements(self.evaluate(node.iter, scope)))
        before = dict(scope.names)
        self.assign(node.target, inside, scope)
        self._branches([node.body, []], scope)
        scope.names = _either(before, scope.names)
        self.block(node.orelse, scope)

    _do_asyncfor = _do_for

    def _do_while(self, node: ast.While, scope: Scope) -> None:
        self.evaluate(node.test, scope)
        self._branches([node.body, []], scope)
        self.block(node.orelse, scope)

    def _do_with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            values = self.evaluate(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, values, scope)
        self.block(node.body, scope)

    _do_asyncwith = _do_with

    def _do_if(self, node: ast.If, scope: Scope) -> None:
        self.evaluate(node.test, scope)
        self._branches([node.body, node.orelse], scope)

    def _do_try(self, node: ast.Try, scope: Scope) -> None:
        before = dict(scope.names)
        self._branches([node.body], scope)
        if node.handlers:
            whole = scope.names
            scope.names = _either(before, whole)
            self._branches([one.body for one in node.handlers], scope)
            scope.names = _either(whole, scope.names)
        self.block([*node.orelse, *node.finalbody], scope)

    _do_trystar = _do_try

    def _do_match(self, node: ast.Match, scope: Scope) -> None:
        self.evaluate(node.subject, scope)
        for one in (inside for case in node.cases for inside in ast.walk(case.pattern)):
            name = getattr(one, "rest" if isinstance(one, ast.MatchMapping) else "name", None)
            scope.names |= {name: ()} if name else {}
        self._branches([*(case.body for case in node.cases), []], scope)

    def _branches(self, bodies: list[list[ast.stmt]], scope: Scope) -> None:
        """Walk alternatives from the same start; afterwards a name may stand for either."""
        before, ends = dict(scope.names), []
        self.maybe += 1
        for body in bodies:
            scope.names = dict(before)
            self.block(body, scope)
            ends.append(scope.names)
        self.maybe -= 1
        scope.names = _either(*ends)

    def assign(self, target: ast.expr, values: Values, scope: Scope) -> None:
        """Bind `target` to what the right side may stand for."""
        if isinstance(target, ast.Name):
            home = scope.elsewhere.get(target.id, scope)
            known = home.names.get(target.id, ()) if home is not scope else ()
            home.names[target.id] = either(known, values)
            bind(target.id, values, local=home.outer is not None)
        elif isinstance(target, ast.Tuple | ast.List):
            starred = any(isinstance(part, ast.Starred) for part in target.elts)
            for place, part in enumerate(target.elts):
                key = None if starred else place
                inside = [v.at(key) for v in values if isinstance(v, Many)]
                self.assign(part, either(*inside), scope)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, (Many([(None, values)]),), scope)
        elif isinstance(target, ast.Subscript):
            self._put(target, values, scope)
        elif isinstance(target, ast.Attribute):
            bind(ast.unparse(target), values, local=scope.outer is not None)

    def _put(self, target: ast.Subscript, values: Values, scope: Scope) -> None:
        key = self.key(target.slice, scope)
        for holder in self.evaluate(target.value, scope):
            if isinstance(holder, Many):
                holder.parts.append((key, values))
                local = scope.outer is not None
                bind(ast.unparse(target.value), (Many([(key, values)]),), local=local)

    def run_local(self, local: Local, args: list[Values], options: dict[str, Values]) -> Values:
        """Return what a function of the notebook gives for these arguments, by walking its body."""
        assert not isinstance(local.node, ast.ClassDef)
        if id(local.node) in self.running or len(self.running) >= DEEPEST:
            return ()
        inner = Scope(outer=local.scope)
        self._parameters(local.node.args, args, options, inner)
        cell, returned = self.cell, self.returned
        self.cell, self.returned = local.cell, []
        self.running.append(id(local.node))
        try:
            if isinstance(local.node, ast.Lambda):
                return self.evaluate(local.node.body, inner)
            self.block(local.node.body, inner)
            return either(*self.returned)
        finally:
            self.running.pop()
            self.cell, self.returned = cell, returned

    def _parameters(
        self, told: ast.arguments, args: list[Values], options: dict[str, Values], inner: Scope
    ) -> None:
        names = [one.arg for one in (*told.posonlyargs, *told.args)]
        defaults = dict(
            zip(names[len(names) - len(told.defaults) :], told.defaults, strict=True)
        ) | {
            one.arg: default
            for one, default in zip(told.kwonlyargs, told.kw_defaults, strict=True)
            if default is not None
        }
        for name in [*names, *(one.arg for one in told.kwonlyargs)]:
            default = defaults.get(name)
            inner.names[name] = self.evaluate(default, inner.outer or inner) if default else ()
        inner.names |= dict(zip(names, args, strict=False))
        inner.names |= {name: value for name, value in options.items() if name in inner.names}
        if told.vararg is not None:
            rest = args[len(names) :]
            inner.names[told.vararg.arg] = (Many(list(enumerate(rest))),)
        if told.kwarg is not None:
            extra: list[tuple[object, Values]] = [
                (k, v) for k, v in options.items() if k not in inner.names
            ]
            inner.names[told.kwarg.arg] = (Many(extra),)


def _either(*ends: dict[str, Values]) -> dict[str, Values]:
    """Return what each name may stand for where one of several ways was taken."""
    names = {name: None for end in ends for name in end}
    return {name: either(*(end.get(name, ()) for end in ends)) for name in names}

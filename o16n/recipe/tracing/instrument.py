"""Rewrite a cell so that its operations go through the hooks, which the cell knows as `__o16n__`."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field

from o16n.recipe.program import Site
from o16n.recipe.tracing.kinds import FILE
from o16n.recipe.tracing.row_loops import names_in, rows_behind, runs_alone

HOOKS = "__o16n__"
COMPARED: dict[type[ast.AST], str] = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip
BINARY: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv",
    ast.Mod: "mod", ast.Pow: "pow", ast.BitAnd: "and_", ast.BitOr: "or_", ast.BitXor: "xor",
    ast.MatMult: "matmul",
}  # fmt: skip
UNARY: dict[type[ast.AST], str] = {ast.Invert: "invert", ast.USub: "neg"}
INDEXERS = frozenset({"loc", "iloc", "at", "iat"})
UNTOUCHED = frozenset({"super", "locals", "globals", "vars", "eval", "exec", "dir", "input"})


@dataclass(frozen=True)
class Source:
    """The notebook's own text of a function or of a loop over rows; `names` are those it mentions."""

    kind: str
    name: str
    text: str
    names: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Texts:
    """What the rewritten cells refer to by number: places, functions and loops over rows."""

    sites: list[Site] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)


def name(text: str) -> ast.Name:
    """Return an expression that loads a name."""
    return ast.Name(text, ast.Load())


def thunk(body: ast.expr) -> ast.Lambda:
    """Return a function without parameters that gives `body`."""
    return ast.Lambda(_parameters(), body)


def _parameters(*names: str) -> ast.arguments:
    return ast.arguments(
        posonlyargs=[],
        args=[ast.arg(one) for one in names],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )


def _everything() -> ast.expr:
    """Return an expression for all names in sight: {**globals(), **locals()}."""
    parts: list[ast.expr] = [ast.Call(name(one), [], []) for one in ("globals", "locals")]
    return ast.Dict([None, None], parts)


class Instrument(ast.NodeTransformer):
    """Rewrites the statements of one cell."""

    def __init__(self, texts: Texts, cell: int, source: str, file: str = "") -> None:
        self.texts, self.cell, self.lines = texts, cell, source.splitlines()
        self.file = f"{file}: " if file else ""
        self.in_class = False

    # -- what hooks are told

    def site(self, node: ast.AST) -> ast.expr:
        """Return the number of a place as an expression."""
        line: int = getattr(node, "lineno", 1)
        text = self.lines[line - 1].strip() if line <= len(self.lines) else ""
        self.texts.sites.append(Site(cell=self.cell, line=line, text=f"{self.file}{text[:300]}"))
        return ast.Constant(len(self.texts.sites) - 1)

    def source(self, kind: str, called: str, text: str, names: tuple[str, ...] = ()) -> ast.expr:
        """Return the number of a source text as an expression."""
        self.texts.sources.append(Source(kind, called, text, names))
        return ast.Constant(len(self.texts.sources) - 1)

    def hook(
        self, called: str, node: ast.AST, *args: ast.expr, keywords: list[ast.keyword] | None = None
    ) -> ast.Call:
        """Return a call of the hook `called`, whose first argument is the place of `node`."""
        target = ast.Attribute(name(HOOKS), called, ast.Load())
        return ast.copy_location(
            ast.Call(target, [self.site(node), *args], list(keywords or [])), node
        )

    def direct(self, called: str, *args: ast.expr) -> ast.Call:
        """Return a call of the hook `called` that needs no place."""
        return ast.Call(ast.Attribute(name(HOOKS), called, ast.Load()), list(args), [])

    def key(self, node: ast.expr) -> ast.expr:
        """Return the subscript as an expression that gives what `__getitem__` is given."""
        if isinstance(node, ast.Slice):
            ends = (node.lower, node.upper, node.step)
            parts: list[ast.expr] = [self.visit(p) if p else ast.Constant(None) for p in ends]
            return ast.Call(ast.Attribute(name(HOOKS), "slice", ast.Load()), parts, [])
        if isinstance(node, ast.Tuple):
            return ast.Tuple([self.key(one) for one in node.elts], ast.Load())
        visited: ast.expr = self.visit(node)
        return visited

    # -- expressions

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Call through `call` or `method`."""
        func = node.func
        if isinstance(func, ast.Name) and func.id in UNTOUCHED:
            return node
        on_super = isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call)
        if on_super and getattr(func.value.func, "id", "") == "super":  # type: ignore[attr-defined]
            return node
        args = [self.visit(one) for one in node.args]
        keywords = [ast.keyword(one.arg, self.visit(one.value)) for one in node.keywords]
        if isinstance(func, ast.Attribute):
            owner, called = self.visit(func.value), ast.Constant(func.attr)
            return self.hook("method", node, owner, called, *args, keywords=keywords)
        return self.hook("call", node, self.visit(func), *args, keywords=keywords)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Load through `attribute`."""
        node.value = self.visit(node.value)
        if not isinstance(node.ctx, ast.Load):
            return node
        return self.hook("attribute", node, node.value, ast.Constant(node.attr))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Load through `getitem` or an indexer."""
        if not isinstance(node.ctx, ast.Load):
            return self.generic_visit(node)
        if isinstance(node.value, ast.Attribute) and node.value.attr in INDEXERS:
            owner, which = self.visit(node.value.value), ast.Constant(node.value.attr)
            return self.hook("indexer_get", node, owner, which, self.key(node.slice))
        return self.hook("getitem", node, self.visit(node.value), self.key(node.slice))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Compute through `binary`."""
        called = ast.Constant(BINARY[type(node.op)])
        return self.hook("binary", node, called, self.visit(node.left), self.visit(node.right))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Compute through `unary`, but for literals and `not`."""
        if type(node.op) not in UNARY or isinstance(node.operand, ast.Constant):
            return self.generic_visit(node)
        return self.hook(
            "unary", node, ast.Constant(UNARY[type(node.op)]), self.visit(node.operand)
        )

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Compare through `binary`; chains and `in` as they are."""
        if len(node.ops) != 1 or type(node.ops[0]) not in COMPARED:
            return self.generic_visit(node)
        called = ast.Constant(COMPARED[type(node.ops[0])])
        return self.hook(
            "binary", node, called, self.visit(node.left), self.visit(node.comparators[0])
        )

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Remember the text of a lambda."""
        number = self.source("lambda", "", ast.unparse(node), names_in(node))
        node.body = self.visit(node.body)
        return ast.copy_location(self.direct("defined", number, node), node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """Run a comprehension through `listing`, or as one operation where it runs over row numbers."""
        first = node.generators[0]
        simple = len(node.generators) == 1 and not first.ifs and not first.is_async
        if not simple or any(isinstance(one, ast.NamedExpr) for one in ast.walk(node)):
            return self.generic_visit(node)
        rows = None if self.in_class else rows_behind(first.iter)
        original = copy.deepcopy(node)
        plain = self._listing(node, first)
        if rows is None or plain is None:
            return plain if plain is not None else self.generic_visit(node)
        text = f"__listed__ = {ast.unparse(original)}"
        number = self.source("loop", "", text, names_in(original))
        test = self.direct("loops_over_rows", thunk(self.visit(copy.deepcopy(rows))))
        run = self.hook("row_listing", original, number, _everything())
        return ast.copy_location(ast.IfExp(test, run, plain), original)

    def _listing(self, node: ast.ListComp, first: ast.comprehension) -> ast.expr | None:
        target = first.target
        if isinstance(target, ast.Name):
            inner = made = ast.Lambda(_parameters(target.id), node.elt)
        elif isinstance(target, ast.Tuple) and all(isinstance(e, ast.Name) for e in target.elts):
            names = [one.id for one in target.elts if isinstance(one, ast.Name)]
            inner = ast.Lambda(_parameters(*names), node.elt)
            spread: list[ast.expr] = [ast.Starred(name("__item__"), ast.Load())]
            made = ast.Lambda(_parameters("__item__"), ast.Call(inner, spread, []))
        else:
            return None
        for one in ast.walk(made):
            ast.copy_location(one, node)
        ast.fix_missing_locations(made)
        number = self.source("lambda", "", ast.unparse(made), names_in(made))
        inner.body = self.visit(inner.body)
        function = self.direct("defined", number, made)
        return self.hook("listing", node, function, self.visit(first.iter))

    # -- definitions

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Remember the text of a function, and rewrite its body."""
        bare = copy.deepcopy(node)
        bare.decorator_list = []
        number = self.source("def", node.name, ast.unparse(bare), names_in(bare))
        outer, self.in_class = self.in_class, False
        node.body = self._block(node.body)
        self.in_class = outer
        register = ast.Attribute(name(HOOKS), "registered", ast.Load())
        node.decorator_list.append(ast.Call(register, [number], []))
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Rewrite the bodies of a class's methods."""
        outer, self.in_class = self.in_class, True
        node.body = self._block(node.body)
        self.in_class = outer
        return node

    # -- loops

    def visit_For(self, node: ast.For) -> ast.AST:
        """Run a loop over rows as one operation, where its rows turn out to be row-aligned."""
        rows = None if self.in_class else rows_behind(node.iter)
        if rows is None or not runs_alone(node):
            return self._plain_for(node)
        original = copy.deepcopy(node)
        number = self.source("loop", "", ast.unparse(original), names_in(original))
        test = self.direct("loops_over_rows", thunk(self.visit(copy.deepcopy(rows))))
        run = ast.Assign([ast.Name("__rows__", ast.Store())],
                         self.hook("row_loop", original, number, _everything()))  # fmt: skip
        stored = sorted(
            {
                n.id
                for n in ast.walk(original)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
        )
        back = [self._taken_back(one) for one in stored]
        return ast.copy_location(ast.If(test, [run, *back], [self._plain_for(node)]), original)

    @staticmethod
    def _taken_back(stored: str) -> ast.stmt:
        item = ast.Subscript(name("__rows__"), ast.Constant(stored), ast.Load())
        known = ast.Compare(ast.Constant(stored), [ast.In()], [name("__rows__")])
        return ast.If(known, [ast.Assign([ast.Name(stored, ast.Store())], item)], [])

    def _plain_for(self, node: ast.For) -> ast.For:
        node.iter = self.hook("iterate", node, self.visit(node.iter))
        node.body = self._block(node.body)
        node.orelse = self._block(node.orelse)
        return node

    def _block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for statement in body:
            new = self.visit(statement)
            out.extend(new if isinstance(new, list) else [new])
        return out

    # -- stores

    def _store(self, target: ast.expr, value: ast.expr, node: ast.stmt) -> list[ast.stmt]:
        """Return statements that store `value` into a target."""
        if isinstance(target, ast.Subscript):
            of = target.value
            if isinstance(of, ast.Attribute) and of.attr in INDEXERS:
                given = (self.visit(of.value), ast.Constant(of.attr), self.key(target.slice), value)
                call = self.hook("indexer_set", node, *given)
            else:
                call = self.hook("setitem", node, self.visit(of), self.key(target.slice), value)
            return [ast.copy_location(ast.Expr(call), node)]
        if isinstance(target, ast.Attribute):
            call = self.hook(
                "setattribute", node, self.visit(target.value), ast.Constant(target.attr), value
            )
            return [ast.copy_location(ast.Expr(call), node)]
        if _needs_each(target):
            return self._store_each(target, value, node)  # type: ignore[arg-type] # a tuple or list
        return [ast.copy_location(ast.Assign([target], value), node)]

    def _store_each(
        self, target: ast.Tuple | ast.List, value: ast.expr, node: ast.stmt
    ) -> list[ast.stmt]:
        names = [f"__part{place}__" for place in range(len(target.elts))]
        parts: list[ast.expr] = [ast.Name(one, ast.Store()) for one in names]
        unpack = ast.Assign([ast.Tuple(parts, ast.Store())], value)
        out: list[ast.stmt] = [ast.copy_location(unpack, node)]
        for part, element in zip(names, target.elts, strict=True):
            out += self._store(element, name(part), node)
        return out

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        """Store through the hooks."""
        value = self.visit(node.value)
        if len(node.targets) == 1:
            return self._store(node.targets[0], value, node)
        first = ast.Assign([ast.Name("__value__", ast.Store())], value)
        out: list[ast.stmt] = [ast.copy_location(first, node)]
        for target in node.targets:
            out += self._store(target, name("__value__"), node)
        return out

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """Compute through `augmented`, then store."""
        called = "i" + BINARY[type(node.op)].rstrip("_")
        load = copy.deepcopy(node.target)
        load.ctx = ast.Load()
        old, new = self.visit(load), self.visit(node.value)
        value = self.hook("augmented", node, ast.Constant(called), old, new)
        return self._store(node.target, value, node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Rewrite the value alone."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """Delete through `delitem`."""
        out: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                call = self.hook("delitem", node, self.visit(target.value), self.key(target.slice))
                out.append(ast.copy_location(ast.Expr(call), node))
            else:
                out.append(ast.copy_location(ast.Delete([target]), node))
        return out


def _needs_each(target: ast.expr) -> bool:
    """Tell whether a target is a list of targets that are not all plain names."""
    if not isinstance(target, ast.Tuple | ast.List):
        return False
    starred = any(isinstance(one, ast.Starred) for one in target.elts)
    return not starred and any(not isinstance(one, ast.Name) for one in target.elts)


def instrumented(
    texts: Texts, cell: int, source: str, tree: ast.Module, *, file: str = ""
) -> list[ast.Module]:
    """Return the rewritten top statements of a cell, each a module of its own (an error stops only one)."""
    made = []
    for statement in tree.body:
        new = Instrument(texts, cell, source, file).visit(statement)
        body = new if isinstance(new, list) else [new]
        made.append(ast.fix_missing_locations(ast.Module(body, [])))
    return made


def file_of(cell: int) -> str:
    """Return the file name that the code of a cell carries."""
    return f"{FILE}{cell}>"

"""Evaluate a notebook's expressions as far as its text tells: classes, objects, paths; no code runs."""

from __future__ import annotations

import ast
import builtins
import operator
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from o16n.notebook.notebook import Place
from o16n.notebook.values import (
    Local,
    Made,
    Many,
    Ref,
    Scope,
    Text,
    Values,
    chained,
    either,
    loose,
    made_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FITS = frozenset(
    {"fit", "fit_predict", "partial_fit", "fit_transform", "fit_generator", "fit_regularized"}
)
SAME = frozenset({"set_params", "set_output", "to", "cuda", "cpu", "copy", "float", "double"})
INSIDE = frozenset({"best_estimator_", "estimator", "estimator_", "base_estimator"})
STEPS = frozenset({"steps", "named_steps", "estimators"})
TRAINS = {
    "xgboost.train": "xgboost.Booster",
    "lightgbm.train": "lightgbm.Booster",
    "catboost.train": "catboost.CatBoost",
}
PIPELINES = {
    "sklearn.pipeline.make_pipeline": "sklearn.pipeline.Pipeline",
    "imblearn.pipeline.make_pipeline": "imblearn.pipeline.Pipeline",
    "sklearn.pipeline.make_union": "sklearn.pipeline.FeatureUnion",
    "sklearn.compose.make_column_transformer": "sklearn.compose.ColumnTransformer",
}
COPIES = frozenset({"sklearn.base.clone", "sklearn.clone", "copy.copy", "copy.deepcopy"})
SAME_THINGS = frozenset(
    {f"builtins.{name}" for name in ("list", "tuple", "iter")}
    | {"tqdm.tqdm", "tqdm.notebook.tqdm", "tqdm.auto.tqdm"}
)
SHUFFLED = frozenset(f"builtins.{name}" for name in ("sorted", "reversed", "set"))
PATHS = frozenset(
    {
        "pathlib.Path",
        "pathlib.PurePath",
        "builtins.str",
        "os.fspath",
        "os.path.abspath",
        "os.path.expanduser",
    }
)
MADE_BY_FUNCTION = (
    "statsmodels.",
    "torchvision.models.",
    "torch.hub.",
    "timm.",
    "segmentation_models",
)
LONGEST = 100_000


class TooLongError(Exception):
    """The notebook's text takes more steps than anybody waits for."""


@dataclass(frozen=True, kw_only=True)
class Called:
    """One call: the dotted name (`?.to_csv` for a method of something unknown), the node, the place."""

    name: str
    node: ast.Call
    args: tuple[Values, ...]
    options: dict[str, Values]
    place: Place


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One fit of `made`, None where its class is not told; `receiver` is what stands before `.fit`."""

    made: Made | None
    receiver: str
    method: str
    place: Place


@dataclass(eq=False)
class Expressions:
    """Evaluates expressions of one notebook and keeps the calls and fits it meets.

    `maybe` counts the branches, loops and calls that what is walked now stands in.
    """

    calls: list[Called] = field(default_factory=list)
    fits: list[Fit] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    seen_fits: set[int] = field(default_factory=set)
    unknown_callees: set[str] = field(default_factory=set)
    running: list[int] = field(default_factory=list)
    maybe: int = 0
    cell: int = 0
    steps: int = 0

    def run_local(self, local: Local, args: list[Values], options: dict[str, Values]) -> Values:
        """Return what a function of the notebook gives for these arguments."""
        raise NotImplementedError

    def place(self, node: ast.expr) -> Place:
        """Return where `node` stands."""
        return Place(cell=self.cell, line=node.lineno)

    def evaluate(self, node: ast.expr | None, scope: Scope) -> Values:
        """Return what `node` may stand for, () where the text does not tell.

        Raises:
            TooLongError: the walk takes too many steps.
        """
        if node is None:
            return ()
        self.steps += 1
        if self.steps > LONGEST:
            raise TooLongError
        how = getattr(self, f"_{type(node).__name__.lower()}", None)
        if how is not None:
            found: Values = how(node, scope)
            return found
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, scope)
        return ()

    def _constant(self, node: ast.Constant, _scope: Scope) -> Values:
        return (Text(node.value),) if isinstance(node.value, str) else ()

    def _name(self, node: ast.Name, scope: Scope) -> Values:
        found = scope.find(node.id)
        if found is not None:
            return found
        if hasattr(builtins, node.id):
            return (Ref(f"builtins.{node.id}"),)
        star = outermost(scope).stars
        return (Ref(f"{star[-1]}.{node.id}"),) if star and node.id[:1].isupper() else ()

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Values:
        found: list[Values] = []
        for value in self.evaluate(node.value, scope):
            if isinstance(value, Ref):
                found.append((Ref(f"{value.name}.{node.attr}"),))
            elif isinstance(value, Made) and node.attr in INSIDE:
                found.append(value.inner or (value,))
            elif isinstance(value, Made) and node.attr in STEPS:
                steps = [(one, Many([(0, ()), (1, (one,))])) for one in value.inner]
                found.append((Many([(None, step) for step in steps]),))
        return either(*found)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Values:
        found: Values = (Text(""),)
        for part in node.values:
            inner = part.value if isinstance(part, ast.FormattedValue) else part
            found = _texts(found, self.evaluate(inner, scope), operator.add)
        plain = all(
            part.conversion in (-1, ord("s")) and part.format_spec is None
            for part in node.values
            if isinstance(part, ast.FormattedValue)
        )
        return found if plain else ()

    def _binop(self, node: ast.BinOp, scope: Scope) -> Values:
        return combined(node.op, self.evaluate(node.left, scope), self.evaluate(node.right, scope))

    def _list(self, node: ast.List | ast.Tuple, scope: Scope) -> Values:
        many = Many()
        starred = False
        for place, part in enumerate(node.elts):
            starred = starred or isinstance(part, ast.Starred)
            if isinstance(part, ast.Starred):
                many.parts += [(None, one) for one in elements(self.evaluate(part.value, scope))]
            else:
                many.parts.append((None if starred else place, self.evaluate(part, scope)))
        return (many,)

    _tuple = _list
    _set = _list

    def _dict(self, node: ast.Dict, scope: Scope) -> Values:
        many = Many()
        for key, value in zip(node.keys, node.values, strict=True):
            found = self.evaluate(value, scope)
            if key is None:
                many.parts += [part for v in found if isinstance(v, Many) for part in v.parts]
            else:
                many.parts.append((self.key(key, scope), found))
        return (many,)

    def key(self, node: ast.expr, scope: Scope) -> object:
        """Return the constant that a subscript or dict key is, None where the text does not tell."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return None
        known = [v.text for v in self.evaluate(node, scope) if isinstance(v, Text)]
        return known[0] if len(known) == 1 else None

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Values:
        if isinstance(node.slice, ast.Slice):
            whole = self.evaluate(node.value, scope)
            parts = (loose(one) if isinstance(one, Many) else one for one in whole)
            return tuple(one for one in parts if not isinstance(one, Text))
        key = self.key(node.slice, scope)
        found: list[Values] = []
        for value in self.evaluate(node.value, scope):
            if isinstance(value, Many):
                found.append(value.at(key))
            elif isinstance(value, Made):
                found.append(value.inner)
        return either(*found)

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Values:
        self.evaluate(node.test, scope)
        return either(self.evaluate(node.body, scope), self.evaluate(node.orelse, scope))

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Values:
        return either(*(self.evaluate(part, scope) for part in node.values))

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Values:
        found = self.evaluate(node.value, scope)
        self.assign(node.target, found, scope)
        return found

    def _await(self, node: ast.Await, scope: Scope) -> Values:
        return self.evaluate(node.value, scope)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Values:
        return (Local(node=node, cell=self.cell, scope=scope),)

    def _listcomp(
        self, node: ast.ListComp | ast.GeneratorExp | ast.SetComp, scope: Scope
    ) -> Values:
        inner = self._generators(node.generators, scope)
        return (Many([(None, self.evaluate(node.elt, inner))]),)

    _generatorexp = _listcomp
    _setcomp = _listcomp

    def _dictcomp(self, node: ast.DictComp, scope: Scope) -> Values:
        inner = self._generators(node.generators, scope)
        return (Many([(self.key(node.key, inner), self.evaluate(node.value, inner))]),)

    def _generators(self, generators: list[ast.comprehension], scope: Scope) -> Scope:
        inner = Scope(outer=scope)
        for one in generators:
            self.assign(one.target, either(*elements(self.evaluate(one.iter, inner))), inner)
            for test in one.ifs:
                self.evaluate(test, inner)
        return inner

    def assign(self, target: ast.expr, values: Values, scope: Scope) -> None:
        """Bind `target` to what the right side may stand for."""
        raise NotImplementedError


def elements(values: Values) -> list[Values]:
    """Return what a loop over `values` may meet, one after the other."""
    return [inside for v in values if isinstance(v, Many) for _, inside in v.parts]


def outermost(scope: Scope) -> Scope:
    """Return the scope of the module that `scope` stands in."""
    while scope.outer is not None:
        scope = scope.outer
    return scope


def combined(op: ast.operator, left: Values, right: Values) -> Values:
    """Return what adding lists or texts, and dividing paths, gives."""
    if isinstance(op, ast.Add):
        if any(isinstance(v, Many) for v in (*left, *right)):
            return (chained(left, right),)
        return _texts(left, right, operator.add)
    return _texts(left, right, posixpath.join) if isinstance(op, ast.Div) else ()


def _texts(left: Values, right: Values, join: Callable[[str, str], str]) -> Values:
    texts = [[v for v in side if isinstance(v, Text)] for side in (left, right)]
    return either(tuple(Text(join(a.text, b.text)) for a in texts[0] for b in texts[1]))


def joined(args: Iterable[Values]) -> Values:
    """Return the path that `os.path.join` or `Path` makes of its arguments."""
    found: Values | None = None
    for values in args:
        found = values if found is None else _texts(found, values, posixpath.join)
    if found is None:
        return (Text("."),)
    return tuple(v for v in found if isinstance(v, Text))


def inner_of(args: list[Values], options: dict[str, Values]) -> tuple[Made, ...]:
    """Return the objects among the arguments of a constructor."""
    return tuple(dict.fromkeys(m for v in (*args, *options.values()) for m in made_in(v)))

"""What a call in a notebook gives: an object of a class, a fitted model, a path, a list."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from o16n.notebook.expressions import (
    COPIES,
    FITS,
    MADE_BY_FUNCTION,
    PATHS,
    PIPELINES,
    SAME,
    SAME_THINGS,
    SHUFFLED,
    TRAINS,
    Called,
    Expressions,
    Fit,
    elements,
    inner_of,
    joined,
)
from o16n.notebook.values import (
    Local,
    Made,
    Many,
    Ref,
    Scope,
    Values,
    bind,
    chained,
    either,
    is_sure,
    loose,
    made_in,
)

if TYPE_CHECKING:
    from o16n.notebook.notebook import Place


GROWS = ("append", "extend", "update")
MOVES = ("insert", "pop", "remove", "reverse", "sort")  # what stands where is another afterwards


class Calls(Expressions):
    """Evaluates calls; keeps each with its place, and each fit."""

    def _call(self, node: ast.Call, scope: Scope) -> Values:
        args = [
            self.evaluate(one.value if isinstance(one, ast.Starred) else one, scope)
            for one in node.args
        ]
        options = {one.arg or "**": self.evaluate(one.value, scope) for one in node.keywords}
        if isinstance(node.func, ast.Attribute):
            receivers = self.evaluate(node.func.value, scope)
            if not any(isinstance(one, Ref) for one in receivers):
                return self._method(node, node.func, receivers, (args, options))
        callees = self.evaluate(node.func, scope)
        if not callees:
            self.unknown_callees.add(ast.unparse(node.func))
        return either(*(self._called(one, node, args, options) for one in callees))

    def _called(
        self, callee: object, node: ast.Call, args: list[Values], options: dict[str, Values]
    ) -> Values:
        place = self.place(node)
        if isinstance(callee, Ref):
            self._keep(callee.name, node, args, options)
            return self._library(callee.name, node, args, options)
        if isinstance(callee, Local):
            if isinstance(callee.node, ast.ClassDef):
                return (self._own(callee, node, place, inner_of(args, options)),)
            return self.run_local(callee, args, options)
        return ()

    def _keep(
        self, name: str, node: ast.Call, args: list[Values], options: dict[str, Values]
    ) -> None:
        self.calls.append(
            Called(name=name, node=node, args=tuple(args), options=options, place=self.place(node))
        )

    def _library(
        self, name: str, node: ast.Call, args: list[Values], options: dict[str, Values]
    ) -> Values:
        place = self.place(node)
        found = _plain(name, args, options, place)
        if found is not None:
            return found
        owner, _, short = name.rpartition(".")
        if name in TRAINS:
            return self._trained(TRAINS[name], node)
        if short in FITS and owner:
            return self._fit_of_library(owner, node, short)
        cls = PIPELINES.get(name) or _class_of(name)
        if not cls:
            return ()
        self.made.append(
            Made(
                cls=cls,
                place=place,
                inner=inner_of(args, options),
                options={one.arg: one.value for one in node.keywords if one.arg},
                sure=all(is_sure(values) for values in (*args, *options.values())),
                ends=_is_told_to_the_end(args, options, listed=name not in PIPELINES),
            )
        )
        return (self.made[-1],)

    def _trained(self, cls: str, node: ast.Call) -> Values:
        made = Made(cls=cls, place=self.place(node))
        self.fits.append(Fit(made=made, receiver="", method="train", place=self.place(node)))
        return (made,)

    def _fit_of_library(self, owner: str, node: ast.Call, method: str) -> Values:
        """Note `module.thing.fit(…)`: distributions and polynomials are no models."""
        self.seen_fits.add(id(node.func))
        if not owner.startswith(("scipy.", "numpy.")):
            self.fits.append(Fit(made=None, receiver=owner, method=method, place=self.place(node)))
        return ()

    def _own(self, local: Local, node: ast.Call, place: Place, inner: tuple[Made, ...]) -> Made:
        assert isinstance(local.node, ast.ClassDef)
        told = {one.arg: one.value for one in node.keywords if one.arg}
        self.made.append(
            Made(
                cls=local.node.name,
                place=place,
                inner=inner,
                options=told,
                own=local.node,
                bases=self.bases_of(local),
            )
        )
        return self.made[-1]

    def bases_of(self, local: Local, depth: int = 6) -> tuple[str, ...]:
        """Return the dotted names of a notebook class's bases, through other notebook classes."""
        assert isinstance(local.node, ast.ClassDef)
        found: list[str] = []
        for base in local.node.bases:
            values = self.evaluate(base, local.scope)
            found += [v.name for v in values if isinstance(v, Ref)] or ([] if values else ["?"])
            inside = [v for v in values if isinstance(v, Local) and v is not local]
            for one in inside:
                if depth and isinstance(one.node, ast.ClassDef):
                    found += self.bases_of(one, depth - 1)
        return tuple(dict.fromkeys(found))

    def _method(
        self,
        node: ast.Call,
        func: ast.Attribute,
        receivers: Values,
        given: tuple[list[Values], dict[str, Values]],
    ) -> Values:
        args, options = given
        self._keep(f"?.{func.attr}", node, args, options)
        made = [one for one in receivers if isinstance(one, Made)]
        if func.attr in FITS:
            self.seen_fits.add(id(func))
            self._note_fits(made, node, func)
            return tuple(made) if func.attr in ("fit", "partial_fit") else ()
        if func.attr in SAME and made:
            return tuple(made)
        many = [one for one in receivers if isinstance(one, Many)]
        found = either(*(self._of_container(one, func.attr, args, options) for one in many))
        if func.attr in GROWS:
            bind(ast.unparse(func.value), tuple(many), local=bool(self.running))
        return found

    def _of_container(
        self, many: Many, method: str, args: list[Values], options: dict[str, Values]
    ) -> Values:
        """Do what a list's or dict's method does to what it may hold."""
        first, every = args[0] if args else (), many.every()
        if method == "append":
            self.grow(many, (Many([(0, first)]),))
        elif method in ("extend", "update"):
            self.grow(many, first)
            many.parts += options.items()
        elif method in MOVES:
            added = [(None, one) for one in args[1:]]
            many.parts = [*loose(many).parts, *added]
        elif method == "items":
            return (Many([(None, (Many([(0, ()), (1, every)]),))]),)
        elif method in ("values", "copy"):
            return (Many(list(many.parts)),)
        return every if method in ("get", "pop") else ()

    def grow(self, many: Many, values: Values) -> None:
        """Add to a list in place; the place of what is added is told where it is sure to happen."""
        more = (*values, *values) if self.maybe else values
        many.parts = chained((many,), more).parts

    def _note_fits(self, made: list[Made], node: ast.Call, func: ast.Attribute) -> None:
        receiver, place = ast.unparse(func.value), self.place(node)
        for one in (*made,) or (None,):
            self.fits.append(Fit(made=one, receiver=receiver, method=func.attr, place=place))


def _is_told_to_the_end(args: list[Values], options: dict[str, Values], *, listed: bool) -> bool:
    """Tell whether the last step of a pipeline is known, given as a list or as arguments."""
    last = args[-1] if args and not listed else ()
    for value in (*args[:1], options.get("steps", ())) if listed else ():
        parts = [part for v in value if isinstance(v, Many) for _, part in v.parts[-1:]]
        last = last or either(*parts)
    return bool(made_in(last))


def _class_of(name: str) -> str:
    """Return the class that a call of `name` makes an object of, "" where it is an ordinary function."""
    owner, _, short = name.rpartition(".")
    if short[:1].isupper() or name.startswith(MADE_BY_FUNCTION):
        return name
    return owner if owner.rpartition(".")[2][:1].isupper() else ""  # Class.from_file(…)


def _plain(
    name: str, args: list[Values], options: dict[str, Values], place: Place
) -> Values | None:
    """Return what copies, paths and containers give, None for every other call."""
    first = args[0] if args else ()
    if name in COPIES:
        first = first or options.get("estimator", ())
        return tuple(one.copy(place) if isinstance(one, Made) else one for one in first)
    if name in SHUFFLED:
        return tuple(loose(one) for one in first if isinstance(one, Many))
    if name in PATHS or name == "os.path.join":
        return joined(args)
    return first if name in SAME_THINGS else _container(name, args, options)


def _container(name: str, args: list[Values], options: dict[str, Values]) -> Values | None:
    """Return the list or dict that a builtin makes, None for every other call."""
    if name == "builtins.zip":
        return (Many([(None, (Many(list(enumerate(either(*elements(a)) for a in args))),))]),)
    if name == "builtins.enumerate":
        inside = either(*elements(args[0])) if args else ()
        return (Many([(None, (Many([(0, ()), (1, inside)]),))]),)
    if name in ("builtins.dict", "collections.OrderedDict"):
        given = [part for a in args for v in a if isinstance(v, Many) for part in v.parts]
        return (Many([*given, *options.items()]),)
    return None

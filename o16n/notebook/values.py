"""What an expression of a notebook may stand for, as far as its text tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast

    from o16n.notebook.notebook import Place


@dataclass(frozen=True)
class Ref:
    """What an import or a builtin gives, by its dotted name: `sklearn.svm.SVC`."""

    name: str


@dataclass(frozen=True)
class Text:
    """A text or path that the source spells out."""

    text: str


@dataclass(eq=False)
class Made:
    """An object made by calling `cls`, a dotted name.

    `names` are those it was bound to at the top level, in order, `local` those inside functions.
    `sure` is False where an argument may stand for several things, `ends` where the last step of a
    pipeline is not told.
    `inner` are the objects it was made from: steps of a Pipeline, the estimator of a search.
    `own` is the class definition where the notebook itself defines it, `bases` its bases by dotted
    name, at any depth.
    """

    cls: str
    place: Place
    inner: tuple[Made, ...] = ()
    options: dict[str, ast.expr] = field(default_factory=dict)
    own: ast.ClassDef | None = None
    bases: tuple[str, ...] = ()
    sure: bool = True
    ends: bool = True
    names: list[str] = field(default_factory=list)
    local: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name it goes by, "" where it was never bound."""
        return next(iter([*self.names, *self.local]), "")

    def copy(self, place: Place) -> Made:
        """Return an unnamed copy, as `clone` makes it."""
        return Made(
            cls=self.cls,
            place=place,
            inner=self.inner,
            options=self.options,
            own=self.own,
            bases=self.bases,
            sure=self.sure,
            ends=self.ends,
        )


@dataclass(eq=False)
class Many:
    """A list, tuple or dict: (key or position, what may stand there)."""

    parts: list[tuple[object, Values]] = field(default_factory=list)

    def at(self, key: object) -> Values:
        """Return what may stand at `key`; everything where the key is not known."""
        hits = [values for own, values in self.parts if own == key and type(own) is type(key)]
        anywhere = [values for own, values in self.parts if own is None]
        return either(*hits, *anywhere) if hits and key is not None else self.every()

    def every(self) -> Values:
        """Return what may stand at any place."""
        return either(*(values for _, values in self.parts))


def loose(many: Many) -> Many:
    """Return what `many` holds with its places no longer told, as sorting leaves a list."""
    return Many([(None if type(key) is int else key, values) for key, values in many.parts])


def chained(left: Values, right: Values) -> Many:
    """Return the list that adding two gives: places are told where each side is one known list."""
    first, more = ([one for one in side if isinstance(one, Many)] for side in (left, right))
    known = [key for one in (*first, *more) for key, _ in one.parts]
    places = [place for one in (*first, *more) for place in range(len(one.parts))]
    if len(left) == len(right) == len(first) == len(more) == 1 and known == places:
        return Many(list(enumerate(values for one in (*first, *more) for _, values in one.parts)))
    kept = first if len(left) == 1 else [loose(one) for one in first]
    return Many([part for one in (*kept, *map(loose, more)) for part in one.parts])


@dataclass(eq=False)
class Scope:
    """Names of a module or a call, with the scope around it, and those declared to be of another."""

    names: dict[str, Values] = field(default_factory=dict)
    outer: Scope | None = None
    elsewhere: dict[str, Scope] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)

    def find(self, name: str) -> Values | None:
        """Return what `name` may stand for, None where it is not bound."""
        if name in self.names:
            return self.names[name]
        return self.outer.find(name) if self.outer is not None else None


@dataclass(eq=False)
class Local:
    """A function, lambda or class that the notebook defines in `cell`."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
    cell: int
    scope: Scope


Value = Ref | Text | Made | Many | Local
Values = tuple[Value, ...]
WIDEST = 40


def either(*choices: Values) -> Values:
    """Return all that may be meant, each once, at most WIDEST."""
    found: dict[object, Value] = {}
    for values in choices:
        for value in values:
            found.setdefault(value if isinstance(value, Ref | Text) else id(value), value)
    return tuple(found.values())[:WIDEST]


def made_in(values: Values, depth: int = 4) -> tuple[Made, ...]:
    """Return the objects in `values` and in the lists, tuples and dicts among them."""
    found: list[Made] = []
    for value in values:
        if isinstance(value, Made):
            found.append(value)
        elif isinstance(value, Many) and depth:
            found += made_in(value.every(), depth - 1)
    return tuple(found)


def is_sure(values: Values, depth: int = 4) -> bool:
    """Tell whether `values` stand for one thing at most, also inside lists and dicts."""
    parts = [part for v in values if isinstance(v, Many) for _, part in v.parts]
    return len(values) <= 1 and (not depth or all(is_sure(part, depth - 1) for part in parts))


def bind(name: str, values: Values, *, local: bool = False) -> None:
    """Tell objects the name they are bound to; inside a dict or list it is `models['rf']`."""
    for value in values:
        if isinstance(value, Made):
            known = value.local if local else value.names
            known += [] if name in known else [name]
        elif isinstance(value, Many):
            inside = [(key, made) for key, part in value.parts for made in made_in(part)]
            for key, made in inside:
                known = made.local if local else made.names
                known += [f"{name}[{key!r}]"] if not known and key is not None else []

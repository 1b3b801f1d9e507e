"""Values as constants of the program: what they are now, whatever the notebook does to them later."""

from __future__ import annotations

import builtins
import copy
import types
from typing import TYPE_CHECKING, Any

from o16n.recipe import allowed
from o16n.recipe.aligned import keep
from o16n.recipe.program import Circle, Code, Named, Ref
from o16n.recipe.tracing.kinds import is_estimator, is_own_function, kind_of

if TYPE_CHECKING:
    from o16n.recipe.tracing.instrument import Source
    from o16n.recipe.tracing.tracked import Known

LARGE = 100_000
DEEPEST = 3
CONTAINERS = (list, tuple, set, frozenset, dict)


class Freezer:
    """Turns arguments into constants and references."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.functions: dict[types.CodeType, Source] = {}
        self._states: dict[int, tuple[Any, Any]] = {}
        self._open: list[
            types.FunctionType
        ] = []  # functions that are being frozen, each within the last

    def template(self, value: Any, depth: int = 0) -> Any:
        """Return an argument with tracked values as references and all else frozen."""
        entry = self.known.find(value)
        if entry is not None:
            return Ref(entry.register)
        if isinstance(value, slice) and self.known.inside(value):
            return slice(*(self.template(one) for one in (value.start, value.stop, value.step)))
        if depth < DEEPEST and type(value) in (list, tuple) and self._mixed(value):
            return type(value)(self.template(one, depth + 1) for one in value)
        if depth < DEEPEST and type(value) is dict and self._mixed(value.values()):
            return {key: self.template(one, depth + 1) for key, one in value.items()}
        return self.constant(value)

    def _mixed(self, values: Any) -> bool:
        """Tell whether a container holds what no plain copy would freeze."""
        return any(
            self.known.find(one) or callable(one) or is_estimator(one) or type(one) in CONTAINERS
            for one in values
        )

    def constant(self, value: Any) -> Any:
        """Return what `value` is now."""
        if kind_of(value) in ("frame", "series", "array", "sparse"):
            return keep(value)
        if is_own_function(value):
            return self.code(value)
        if is_estimator(value):
            return self.state(value)
        if callable(value) or isinstance(value, types.ModuleType) or allowed.name_of(value):
            return _named(value)
        if type(value) in CONTAINERS:
            return copy.deepcopy(value) if len(value) < LARGE else copy.copy(value)
        return value

    def state(self, estimator: Any) -> Any:
        """Return the estimator as it is now: one copy for all uses until it is fitted again."""
        held = self._states.get(id(estimator))
        if held is None or held[0] is not estimator:
            held = self._states[id(estimator)] = (estimator, copy.deepcopy(estimator))
        return held[1]

    def refitted(self, estimator: Any) -> None:
        """Let later uses of an estimator have a copy of their own."""
        self._states.pop(id(estimator), None)

    def code(self, function: types.FunctionType) -> Any:
        """Return a function of the notebook as text, with what it reads frozen."""
        return self._code(function, {})

    def _code(self, function: types.FunctionType, seen: dict[int, Code]) -> Any:
        if any(one is function for one in self._open):
            around = self._open[next(k for k, f in enumerate(self._open) if f is function) :]
            return Circle(tuple(one.__name__ for one in around))
        if id(function) in seen:
            return seen[id(function)]
        source = self.functions.get(function.__code__)
        if source is None:
            return function
        frozen: dict[str, Any] = {}
        made = Code(kind=source.kind, name=source.name, source=source.text, frozen=frozen)  # type: ignore[arg-type]
        seen[id(function)] = made
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        world = {**_shared(function, source), **dict(_contents(cells))}
        self._open.append(function)
        try:
            for name, value in world.items():
                if name == source.name and value is function:
                    continue  # it calls itself
                own = is_own_function(value)
                frozen[name] = self._code(value, seen) if own else self.constant(value)
        finally:
            self._open.pop()
        return made


def _named(value: Any) -> Any:
    """Return the exact name of a library's function, type or module; what has none is refused later."""
    name = allowed.name_of(value)
    if name is None and isinstance(value, types.ModuleType):
        name = value.__name__
    return value if name is None else Named(name)


def _shared(function: types.FunctionType, source: Source) -> dict[str, Any]:
    """Return the globals that a function mentions."""
    local = set(function.__code__.co_varnames) | set(function.__code__.co_cellvars)
    return {
        name: function.__globals__[name]
        for name in source.names
        if name in function.__globals__ and name not in local and not hasattr(builtins, name)
    }


def _contents(cells: Any) -> list[tuple[str, Any]]:
    found = []
    for name, cell in cells:
        try:
            found.append((name, cell.cell_contents))
        except ValueError:  # a name that is not bound yet
            continue
    return [one for one in found if one[0] != "__class__"]

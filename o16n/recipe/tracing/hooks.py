"""What the instrumented cells call: every operation of the notebook's own code arrives here."""

from __future__ import annotations

import builtins
import operator
import sys
import types
from typing import TYPE_CHECKING, Any

from o16n.recipe import allowed
from o16n.recipe.aligned import is_whole, row_part
from o16n.recipe.tracing import columnwise, loops
from o16n.recipe.tracing.estimators import Estimators
from o16n.recipe.tracing.kinds import (
    CROSS_VALIDATING,
    FACTS,
    INPLACE,
    is_estimator,
    is_own_function,
    kind_of,
)
from o16n.recipe.tracing.recorder import call_method, store_via_indexer, via_indexer
from o16n.recipe.tracing.rule import replay_of
from o16n.recipe.tracing.silence import DRAWING, SILENT, is_silent
from o16n.recipe.tracing.sources import Sources, is_reader, is_typed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.replies import Replies

PLAIN = (
    builtins.len,
    builtins.isinstance,
    builtins.print,
    builtins.type,
    builtins.id,
    builtins.hasattr,
)
AUGMENTED = {"iadd": "add", "isub": "sub", "imul": "mul", "itruediv": "truediv", "iand": "and_",
             "ior": "or_", "ixor": "xor", "ifloordiv": "floordiv", "imod": "mod", "ipow": "pow",
             "imatmul": "matmul"}  # fmt: skip


class Hooks:
    """Receives the operations and hands them to the recorder; while library code runs it only computes."""

    slice = slice

    def __init__(self, recorder: Recorder, replies: Replies) -> None:
        self.recorder = recorder
        self.known = recorder.known
        self.own_modules = {"__main__"}
        self.sources = Sources(recorder, replies)
        self.estimators = Estimators(recorder, replies)

    def _is_own_class(self, value: Any) -> bool:
        return isinstance(value, type) and value.__module__ in self.own_modules

    # -- functions of the notebook

    def defined(self, number: int, function: Any) -> Any:
        """Remember the text of a function as it is made."""
        if isinstance(function, types.FunctionType):
            self.recorder.freezer.functions[function.__code__] = self.recorder.texts.sources[number]
        return function

    def registered(self, number: int) -> Callable[[Any], Any]:
        """Return the decorator that remembers the text of a function."""
        return lambda function: self.defined(number, function)

    # -- calls

    def call(self, site: int, function: Any, /, *args: Any, **options: Any) -> Any:
        """Call a name or an expression."""
        if self.recorder.depth or any(function is one for one in PLAIN) or is_silent(function):
            return function(*args, **options)
        if is_own_function(function) or self._is_own_class(function):
            return function(*args, **options)
        if isinstance(function, types.MethodType):
            if is_own_function(function.__func__):
                return function(*args, **options)
            if not isinstance(function.__self__, type):
                return self.method(site, function.__self__, function.__name__, *args, **options)
        return self._library(site, function, args, options)

    def _library(
        self, site: int, function: Any, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        called = str(getattr(function, "__name__", type(function).__name__))
        if is_reader(function, called):
            return self.sources.read(site, function, called, args, options)
        if is_typed_in(function, args, options):
            return self.sources.typed_in(site, function, args, options)
        if called in CROSS_VALIDATING:
            return self.estimators.cross_validate(site, function, args, options)
        if called == "train_test_split":
            return self.sources.split(site, function, args, options)
        rows = any(self.known.find(one) for one in args)
        live, written = (rows and _by_row(function)) or (function, allowed.name_of(function))
        module = getattr(function, "__module__", None) or type(function).__module__
        return self._written(site, called, live, args, options, written or f"?{module}.{called}")

    def _written(
        self, site: int, called: str, live: Any, args: Any, options: Any, written: str
    ) -> Any:
        return self.recorder.operate(site, called, written, live, args, options)

    def method(self, site: int, owner: Any, name: str, /, *args: Any, **options: Any) -> Any:
        """Call a method."""
        if self.recorder.depth or is_silent(owner):
            return getattr(owner, name)(*args, **options)
        if isinstance(owner, types.ModuleType):
            return self.call(site, getattr(owner, name), *args, **options)
        if is_estimator(owner) and not _is_own_extra(owner, name):
            return self.estimators.method(site, owner, name, args, options)
        function = getattr(owner, name)
        if isinstance(function, types.MethodType) and is_own_function(function.__func__):
            return function(*args, **options)
        if isinstance(owner, type):
            return self.call(site, function, *args, **options)
        tracked = self.known.find(owner) is not None
        return (self._of_rows if tracked else self._untracked)(site, owner, name, args, options)

    def _untracked(self, site: int, owner: Any, name: str, args: Any, options: Any) -> Any:
        if is_own_function(getattr(owner, name)):  # a function held by an object or a class
            return getattr(owner, name)(*args, **options)
        return self._written(site, name, call_method, (owner, name, *args), options, "method")

    def _of_rows(self, site: int, owner: Any, name: str, args: Any, options: Any) -> Any:
        kind = kind_of(owner)
        if name in DRAWING and kind in ("frame", "series", "lazy"):
            return SILENT
        if kind == "frame":
            done, result = columnwise.of_frame(self, site, owner, name, args, options)
            if done:
                return result
        if (
            kind == "lazy"
            and name in ("apply", "transform", "agg")
            and args
            and is_own_function(args[0])
        ):
            done, result = columnwise.of_groups(self, site, owner, name, args, options)
            if done:
                return result
        changing = options.get("inplace") is True or kind in INPLACE.get(name, "").split()
        return self.recorder.operate(
            site, name, "method", call_method, (owner, name, *args), options,
            changes=owner if changing else None,
        )  # fmt: skip

    # -- attributes and subscripts

    def attribute(self, site: int, owner: Any, name: str) -> Any:
        """Load an attribute."""
        if self.recorder.depth or name in FACTS or self.known.find(owner) is None:
            if not self.recorder.depth and self.sources.is_bunch(owner):
                return self.sources.member(site, owner, name, getattr(owner, name))
            return getattr(owner, name)
        return self.recorder.operate(site, name, "attribute", getattr, (owner, name), {})

    def setattribute(self, site: int, owner: Any, name: str, value: Any) -> None:
        """Store an attribute."""
        if self.recorder.depth or self.known.find(owner) is None:
            setattr(owner, name, value)
            return
        self.recorder.operate(
            site, "setattr", "setattr", setattr, (owner, name, value), {}, changes=owner
        )

    def getitem(self, site: int, owner: Any, key: Any) -> Any:
        """Load a subscript."""
        if self.recorder.depth:
            return owner[key]
        if self.sources.is_bunch(owner):
            return self.sources.member(site, owner, key, owner[key])
        if type(owner).__name__ == "CClass" and isinstance(key, tuple):  # numpy.c_
            return self._library(site, sys.modules["numpy"].column_stack, (list(key),), {})
        return self.recorder.operate(site, "getitem", "getitem", operator.getitem, (owner, key), {})

    def setitem(self, site: int, owner: Any, key: Any, value: Any) -> None:
        """Store a subscript."""
        if self.recorder.depth or self.known.find(owner) is None:
            self._store_elsewhere(site, owner, key, value)
            return
        self.recorder.operate(
            site, "setitem", "setitem", operator.setitem, (owner, key, value), {}, changes=owner
        )

    def _store_elsewhere(self, site: int, owner: Any, key: Any, value: Any) -> None:
        if (
            not self.recorder.depth
            and kind_of(owner) == "frame"
            and self.known.find(value) is not None
        ) and len(owner) in (0, len(value)):
            loops.adopt(self.recorder, site, owner, key, value)
            return
        owner[key] = value
        if (
            not self.recorder.depth
            and kind_of(owner) in ("list", "array")
            and self.known.inside(value)
        ):
            self.recorder.note(
                self.recorder.texts.sites[site], "rows are stored in a container that holds none"
            )

    def delitem(self, site: int, owner: Any, key: Any) -> None:
        """Delete a subscript."""
        if self.recorder.depth or self.known.find(owner) is None:
            del owner[key]
            return
        self.recorder.operate(
            site, "delitem", "delitem", operator.delitem, (owner, key), {}, changes=owner
        )

    def indexer_get(self, site: int, owner: Any, which: str, key: Any) -> Any:
        """Load through loc, iloc, at or iat."""
        if self.recorder.depth:
            return getattr(owner, which)[key]
        return self.recorder.operate(
            site, which, which, lambda of, k: via_indexer(which, of, k), (owner, key), {}
        )

    def indexer_set(self, site: int, owner: Any, which: str, key: Any, value: Any) -> None:
        """Store through loc, iloc, at or iat."""
        if self.recorder.depth or self.known.find(owner) is None:
            getattr(owner, which)[key] = value
            return
        part = row_part(key)
        if not self.known.inside(part) and not is_whole(part):
            self.recorder.note(
                self.recorder.texts.sites[site], "particular rows are edited by hand"
            )
        self.recorder.operate(
            site, f"set_{which}", f"set_{which}",
            lambda of, k, v: store_via_indexer(which, of, k, v), (owner, key, value), {}, changes=owner,
        )  # fmt: skip

    # -- operators

    def binary(self, site: int, name: str, left: Any, right: Any) -> Any:
        """Compute or compare two values."""
        return self.recorder.operate(site, name, name, getattr(operator, name), (left, right), {})

    def unary(self, site: int, name: str, value: Any) -> Any:
        """Compute with one value."""
        return self.recorder.operate(site, name, name, getattr(operator, name), (value,), {})

    def augmented(self, site: int, name: str, left: Any, right: Any) -> Any:
        """Compute `left op= right`, in place where the type does so."""
        if self.recorder.depth or not self.known.inside([left, right]):
            return getattr(operator, name)(left, right)
        plain = AUGMENTED[name]
        if self.known.find(left) and kind_of(left) in ("list", "array"):
            return self.recorder.operate(
                site, plain, name, getattr(operator, name), (left, right), {}, changes=left
            )
        return self.recorder.operate(
            site, plain, plain, getattr(operator, plain), (left, right), {}
        )

    # -- iteration

    def listing(self, site: int, function: Any, iterable: Any) -> Any:
        """Run a list comprehension, as one operation where it runs over rows."""
        kind = kind_of(iterable)
        if self.recorder.depth or self.known.find(iterable) is None or kind in ("frame", "lazy"):
            return [function(one) for one in self.iterate(site, iterable)]
        return self._written(
            site, "listing", replay_of("map"), (function, iterable), {}, "rules.map"
        )

    def iterate(self, site: int, iterable: Any) -> Iterator[Any]:
        """Iterate; the groups of a tracked grouping are tracked."""
        return loops.iterate(self.recorder, site, iterable)

    def loops_over_rows(self, rows: Callable[[], Any]) -> bool:
        """Tell whether the object whose rows a loop takes one by one is row-aligned."""
        return loops.over_rows(self.recorder, rows)

    def row_loop(self, site: int, number: int, names: dict[str, Any]) -> dict[str, Any]:
        """Run a loop over rows as one operation; return the names it leaves."""
        return loops.run(self.recorder, site, number, names)

    def row_listing(self, site: int, number: int, names: dict[str, Any]) -> Any:
        """Run a comprehension over row numbers as one operation."""
        return loops.run(self.recorder, site, number, names)["__listed__"]


def _is_own_extra(estimator: Any, name: str) -> bool:
    """Tell whether a method is the notebook's own, beyond those that every estimator has."""
    own = getattr(type(estimator), name, None)
    return is_own_function(own) and name not in ("fit", "fit_transform", "transform", "predict")


def _by_row(function: Any) -> tuple[Any, str] | None:
    """Return what runs in place of a builtin that gives an iterator, and its rule; None for others."""
    if function is builtins.map:
        return replay_of("map"), "rules.map"
    if function is builtins.zip:
        return replay_of("zip"), "rules.zip"
    return (replay_of("enumerate"), "rules.enumerate") if function is builtins.enumerate else None

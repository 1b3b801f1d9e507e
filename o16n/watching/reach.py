"""Whether a statement can reach anything that matters, told before it runs: a loop of its own needs no listener."""

from __future__ import annotations

import dis
import types
from itertools import islice
from typing import TYPE_CHECKING, Any

from o16n.watching.kinds import CONTAINERS, is_plain, kind_of, library_of
from o16n.watching.roles import METHODS, NAMES, READS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import CodeType

QUIET = frozenset(
    {"abc", "bisect", "builtins", "calendar", "collections", "copy", "dataclasses", "datetime",
     "decimal", "enum", "fractions", "functools", "gc", "hashlib", "heapq", "itertools", "json",
     "math", "matplotlib", "mpl_toolkits", "numbers", "numpy", "operator", "os", "pandas", "random",
     "re", "scipy", "seaborn", "statistics", "string", "sys", "textwrap", "time", "typing", "uuid",
     "warnings"}
)  # fmt: skip
INERT = frozenset(
    {"matplotlib", "pandas"}
)  # their objects call nothing that the statement does not name
IMPORTED = QUIET | {"catboost", "imblearn", "joblib", "lightgbm", "pickle", "sklearn", "xgboost"}
LOUD = (METHODS | NAMES | {
    "__import__", "compile", "eval", "exec", "getattr", "globals", "import_module", "locals", "open",
    "vars", "display", "info", "print", "stdout", "stderr", "setprofile", "settrace", "attrgetter", "methodcaller", "vectorize", "frompyfunc", "run_cell_magic", "run_line_magic"}
) - {"__init__"}  # fmt: skip
MANY = 200  # functions looked into, and items of a container


class Reach:
    """Follows names from a statement's code through the notebook's own functions and classes.

    Where anything is not known to be harmless, the answer is that it may matter.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names

    def quiet(self, code: CodeType) -> bool:
        """Tell that neither an event nor a printed word can come of running `code`."""
        pending, seen = [code], set[int]()
        while pending:
            one = pending.pop()
            if id(one) in seen:
                continue
            seen.add(id(one))
            found = None if len(seen) > MANY or _is_loud(one) else self._mentioned(one)
            if found is None:
                return False
            pending += found
        return True

    def _mentioned(self, code: CodeType) -> list[CodeType] | None:
        found = [part for part in code.co_consts if isinstance(part, types.CodeType)]
        held = [self.names[name] for name in code.co_names if name in self.names]
        reached = self._code_of_all(held)
        return None if reached is None else found + reached

    def _code_of_all(self, values: Iterable[Any]) -> list[CodeType] | None:
        found: list[CodeType] = []
        for one in values:
            code = self._code_of(one)
            if code is None:
                return None
            found += code
        return found

    def _code_of(self, value: Any) -> list[CodeType] | None:
        """Return the notebook's own code that a value can run, None where more may run."""
        found: list[CodeType] | None = None
        if isinstance(value, types.ModuleType):
            found = [] if _is_quiet(value.__name__) else None
        elif isinstance(value, types.FunctionType) and value.__globals__ is self.names:
            found = [value.__code__] if value.__closure__ is None else None
        elif isinstance(value, types.FunctionType | types.BuiltinFunctionType):
            found = [] if _is_quiet(value.__module__) else None
        elif isinstance(value, type):
            found = [] if _is_quiet(value.__module__) else _code_of_class(value)
        elif kind_of(value) in CONTAINERS:
            items = value.values() if type(value) is dict else value
            found = self._code_of_all(islice(iter(items), MANY))
        elif is_plain(value) or library_of(value) in INERT or kind_of(value) == "array":
            found = []
        else:
            found = _code_of_class(type(value))
        return found


def _is_quiet(module: object) -> bool:
    return isinstance(module, str) and module.partition(".")[0] in QUIET


def _code_of_class(kind: type) -> list[CodeType] | None:
    """Return the code of a class of the notebook's own, None where it has more than plain methods."""
    if kind.__module__ != "__main__" or kind.__bases__ != (object,) or type(kind) is not type:
        return None
    found = []
    for one in vars(kind).values():
        if isinstance(one, types.FunctionType) and one.__closure__ is None:
            found.append(one.__code__)
        elif not (is_plain(one) or isinstance(one, types.GetSetDescriptorType)):
            return None
    return found


def shows(code: CodeType) -> bool:
    """Tell whether a statement displays its value."""
    return any(step.opname == "PRINT_EXPR" for step in dis.get_instructions(code))


def _is_loud(code: CodeType) -> bool:
    if any(name in LOUD or name.startswith(READS) for name in code.co_names):
        return True
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME" and str(step.argval).partition(".")[0] not in IMPORTED:
            return True
        if step.opname in ("IMPORT_STAR", "LOAD_BUILD_CLASS"):
            return True
    return False

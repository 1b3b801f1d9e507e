"""The notebook's own functions and classes as source: what they need, and nothing else."""

from __future__ import annotations

import ast
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from o16n.errors import NotebookError
from o16n.notebook.frozen import MISSING, OWN, NotFrozenError, frozen, import_of, written_import
from o16n.notebook.names import StatementNames, statement_names
from o16n.notebook.notebook import Place
from o16n.notebook.read import from_history
from o16n.notebook.same_code import defines
from o16n.notebook.source import python_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from o16n.notebook.notebook import Notebook

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
ELSEWHERE = frozenset({"get_ipython", "display", "In", "Out"})
MUTATES = frozenset(
    {"append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault", "add", "sort"}
)
AGAIN = "run its cell again, then train again"
IMPORTS, VALUES, CODE = range(3)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement at a cell's top level, or a definition inside its if, try or with."""

    names: StatementNames
    top: ast.stmt
    place: Place
    order: int

    @property
    def node(self) -> ast.stmt:
        """Its syntax."""
        return self.names.node


def needed_source(
    notebook: Notebook, names: Iterable[str], namespace: Mapping[str, Any] | None = None
) -> str:
    """Return a module's text: the definitions of `names`, and what those need.

    Of several definitions of a name the one counts that the object in `namespace` came from, told
    by its code. A global is frozen at its value there; what came from a library is imported from
    where it came to be. The text is run once, and what it defines is compared with the kernel's own.

    Raises:
        NotebookError: a name has no definition of its own at the top level (a lambda, a closure),
            needs a value that cannot be written as source, sets a global, or would be another
            thing elsewhere. It says cell and line.
    """
    live = dict(namespace or {})
    search = _Search(_statements(notebook, live), live)
    for name in sorted(names):
        search.define(name)
    while search.pending:
        search.resolve(*search.pending.pop())
    text = "\n\n".join([*_future(search), *search.parts()]) + "\n"
    _proven(text, search)
    return text


class _Search:
    """The names still to be resolved, and the source found for those that are."""

    def __init__(self, statements: list[Statement], live: dict[str, Any]) -> None:
        self.live = live
        self.by_name: dict[str, list[Statement]] = {}
        for one in statements:
            for name in one.names.defines:
                self.by_name.setdefault(name, []).append(one)
        self.pending: list[tuple[str, Place]] = []
        self.found: dict[str, tuple[int, int, str]] = {}
        self.defined: dict[str, Place] = {}

    def parts(self) -> list[str]:
        """Return the source: imports, values, then code as the notebook orders it, each once."""
        return list(dict.fromkeys(text for _, _, text in sorted(self.found.values())))

    def define(self, name: str) -> None:
        """Find the definition of a name that the model itself needs.

        Raises:
            NotebookError: it has none at the top level of a cell.
        """
        if not any(isinstance(one.node, DEFINITIONS) for one in self.by_name.get(name, ())):
            raise NotebookError(
                f"{name} has no definition of its own at the top level of a cell",
                hint="define it with def or class there, not as a lambda or inside a function",
            )
        self._keep_code(name, self._definition(name))

    def resolve(self, name: str, user: Place) -> None:
        """Find what a name stands for that a kept definition at `user` reads.

        Raises:
            NotebookError: it would not be the same elsewhere.
        """
        if name in self.found:
            return
        if name not in self.by_name and (name in ELSEWHERE or name not in self.live):
            if name in ELSEWHERE:
                raise _refusal(
                    f"the code that travels with the model uses {name}, which only a notebook has",
                    user,
                )
            return  # a builtin, or as undefined here as elsewhere
        value = self.live.get(name, MISSING)
        if (imported := self._import(name, value)) is not None:
            self.found[name] = (IMPORTS, 0, imported)
        elif value is MISSING:
            self._keep_statement(name)
        elif _is_own_code(value):
            self._keep_code(name, self._definition(name, user))
        else:
            self._keep_value(name, value, user)

    def _import(self, name: str, value: Any) -> str | None:
        for one in reversed(self.by_name.get(name, ())):
            if (text := written_import(name, value, one.node)) is not None:
                return text
        return None if value is MISSING else import_of(name, value)

    def _keep_statement(self, name: str) -> None:
        """Keep the last statement that binds a name of which no value is known."""
        one = self.by_name[name][-1]
        if not isinstance(one.node, (*DEFINITIONS, ast.Assign, ast.AnnAssign)):
            raise _refusal(
                f"the code that travels with the model reads {name}, whose value is not known",
                one.place,
            )
        self._keep_code(name, one)

    def _keep_value(self, name: str, value: Any, user: Place) -> None:
        try:
            self.found[name] = (VALUES, 0, frozen(name, value))
        except NotFrozenError as error:
            made = self.by_name.get(name, ())
            where = made[-1].place if made else user
            raise _refusal(
                f"the code that travels with the model reads {name}, {error}, which cannot be written as a literal",
                where,
                "pass it as a constructor argument instead",
            ) from error

    def _definition(self, name: str, user: Place | None = None) -> Statement:
        """Return the statement that the live object came from, the last where nothing is live."""
        value = self.live.get(name, MISSING)
        choices = [
            one
            for one in self.by_name.get(name, ())
            if isinstance(one.node, DEFINITIONS) or _is_lambda(one.node)
        ]
        if not choices:
            raise _refusal(
                f"the code that travels with the model calls {name}, which no cell defines", user
            )
        verdicts = [
            MISSING if value is MISSING else defines(one.node, value, one.top) for one in choices
        ]
        for one, verdict in zip(reversed(choices), reversed(verdicts), strict=True):
            if verdict is not False:
                return one
        raise _refusal(
            f"{name} is no longer what its cell says",
            choices[-1].place,
            AGAIN,
        )

    def _keep_code(self, name: str, one: Statement) -> None:
        _refuse_writing_globals(one)
        _refuse_another_base(one, self.live.get(name), self.live)
        text = ast.unparse(one.node)
        self.found[name] = (CODE, one.order, text)
        self.defined[name] = one.place
        for use in one.names.uses:
            place = Place(cell=one.place.cell, line=use.line)
            _refuse_mutating(one, use.name, self.live.get(use.name), place)
            self.pending.append((use.name, place))


def _refusal(what: str, place: Place | None, hint: str = "") -> NotebookError:
    return NotebookError(what, where=str(place) if place is not None else "", hint=hint)


def _refuse_writing_globals(one: Statement) -> None:
    """Refuse code that keeps state in the notebook's names: elsewhere it would start anew."""
    if one.names.globals_set:
        name = min(one.names.globals_set)
        raise _refusal(
            f"the code that travels with the model sets the global {name}",
            one.place,
            "keep it as an attribute instead",
        )


def _refuse_another_base(one: Statement, value: Any, live: Mapping[str, Any]) -> None:
    """Refuse a class whose base was defined anew after it: its text would take the new one."""
    for base in value.__bases__ if isinstance(value, type) else ():
        if base.__module__ == OWN and live.get(base.__name__) is not base:
            raise _refusal(
                f"{value.__name__} was defined with another base {base.__name__} than the notebook holds now",
                one.place,
                AGAIN,
            )


def _refuse_mutating(one: Statement, name: str, value: Any, place: Place) -> None:
    """Refuse code that changes a list, dict or set of the notebook in place."""
    if not isinstance(value, list | dict | set):
        return
    for node in ast.walk(one.node):
        stores = isinstance(node, ast.Subscript | ast.Attribute) and not isinstance(
            node.ctx, ast.Load
        )
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        target = node.func if called and isinstance(node, ast.Call) else node
        mutates = stores or (called and getattr(target, "attr", "") in MUTATES)
        inside = getattr(target, "value", None)
        if mutates and isinstance(inside, ast.Name) and inside.id == name:
            raise _refusal(
                f"the code that travels with the model changes {name}, a {type(value).__name__} "
                "of the notebook",
                Place(cell=place.cell, line=getattr(node, "lineno", place.line)),
                "keep it as an attribute instead",
            )


def _is_own_code(value: Any) -> bool:
    kinds = (types.FunctionType, type)
    wrapped = getattr(value, "__wrapped__", value)
    return isinstance(wrapped, kinds) and wrapped.__module__ == OWN


def _is_lambda(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda)


def _statements(notebook: Notebook, live: Mapping[str, Any]) -> list[Statement]:
    """Return the statements of the notebook, then of what the kernel executed beyond it."""
    executed = live.get("In")
    known = {cell.source.strip() for cell in notebook.code}
    extra = (
        [t for t in executed if str(t).strip() not in known] if isinstance(executed, list) else []
    )
    cells = [*from_history([str(text) for text in extra]).code, *notebook.code]
    found: list[Statement] = []
    for cell in cells:
        tree = python_tree(cell)
        for top in tree.body if tree is not None else ():
            for node in _opened([top]):
                place = Place(cell=cell.number, line=node.lineno)
                told = statement_names(node)
                found.append(Statement(names=told, top=top, place=place, order=len(found)))
    return found


def _opened(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, and the definitions inside if, try, with and loops in their place."""
    for node in body:
        inner = [
            one
            for block in ("body", "orelse", "finalbody")
            for one in getattr(node, block, [])
            if isinstance(one, ast.stmt)
        ]
        inner += [one for handler in getattr(node, "handlers", []) for one in handler.body]
        if isinstance(node, DEFINITIONS) or not inner:
            yield node
        else:
            yield from _opened(inner)


def _future(search: _Search) -> list[str]:
    """Return the future import under which the notebook's annotations were never evaluated."""
    told = any(
        isinstance(one.node, ast.ImportFrom) and one.node.module == "__future__"
        for one in search.by_name.get("annotations", ())
    )
    return ["from __future__ import annotations"] if told else []


def _proven(text: str, search: _Search) -> None:
    """Run the text, and compare what it defines with what the kernel holds.

    Raises:
        NotebookError: it does not stand alone, or gives something else.
    """
    if not search.live:
        return
    module = types.ModuleType("o16n_needed_source")
    sys.modules[module.__name__] = module  # dataclasses look their module up there
    try:
        exec(compile(text, "<code>", "exec", dont_inherit=True), vars(module))  # noqa: S102 - the notebook's own code, in its own kernel
    except Exception as error:
        first = next(iter(search.defined.values()), None)
        told = f"{type(error).__name__}: {error}"
        raise _refusal(f"its code does not stand alone: {told}", first) from error
    finally:
        del sys.modules[module.__name__]
    for name, place in search.defined.items():
        new = getattr(module, name, None)
        if what := _difference(search.live.get(name), new):
            raise _refusal(
                f"{name} was defined with another {what} than the notebook holds now",
                place,
                AGAIN,
            )


def _difference(live: Any, new: Any) -> str:
    """Return what differs between two functions or classes of one text, "" for nothing told."""
    if isinstance(live, type) and isinstance(new, type):
        return _class_difference(live, new)
    for name in ("__defaults__", "__kwdefaults__"):
        if _plainly_differs(getattr(live, name, None), getattr(new, name, None)):
            return "default"
    return ""


def _class_difference(live: type, new: type) -> str:
    for name, one in vars(live).items():
        if name.startswith("__") and not callable(one):
            continue
        own = vars(new).get(name)
        if what := _difference(one, own):
            return f"{what} of {name}"
        if not callable(one) and _plainly_differs(one, own):
            return f"value of {name}"
    return ""


def _plainly_differs(live: Any, new: Any) -> bool:
    """Tell whether two values differ of which the first can be written as source."""
    try:
        own = frozen("x", live)
    except NotFrozenError:
        return False
    try:
        return own != frozen("x", new)
    except NotFrozenError:
        return True

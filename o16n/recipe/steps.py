"""A recipe's operations as live steps: every function looked up once, arguments made ready."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError
from o16n.recipe import allowed
from o16n.recipe.code import compile_code, is_fresh
from o16n.recipe.columns import lowering
from o16n.recipe.conform import Form, form_of
from o16n.recipe.kept import SUBSCRIPTS
from o16n.recipe.label_codes import label_codes
from o16n.recipe.program import Code, Named, Operation, Ref, refs_in
from o16n.recipe.refusal import refuse_no_texts
from o16n.recipe.settled import settled

if TYPE_CHECKING:
    from o16n.recipe.recipe import Recipe

WHERE = "recipe.json"
RULES = "rules."
Fill = Callable[[Mapping[int, Any]], Any]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One operation, live: `run` is its function, `fill` and `named` give the arguments for registers."""

    operation: Operation
    run: Callable[..., Any]
    fill: tuple[Fill, ...]
    named: tuple[tuple[str, Fill], ...]
    form: Form | None
    done: tuple[int, ...]  # registers that nothing needs after this step
    conforms: bool  # whether its result may lack a column or have another type
    on_columns: Callable[..., Any] | None  # what does it to columns of few rows
    ends: bool  # whether no row left here means none in the model input

    def arguments(self, values: Mapping[int, Any]) -> list[Any]:
        """Return the arguments, given the value of each register."""
        return [one(values) for one in self.fill]

    def options(self, values: Mapping[int, Any]) -> dict[str, Any]:
        """Return the named arguments, given the value of each register."""
        return {name: one(values) for name, one in self.named}


def steps_of(recipe: Recipe) -> tuple[Step, ...]:
    """Return the live steps of a recipe.

    Raises:
        BundleError: an operation is not known, or a function of the notebook cannot be made.
    """
    check(recipe)
    done, plain = _last_uses(recipe), settled(recipe.operations)
    line = main_line(recipe)
    stacks = any(one.role == "concat" for one in recipe.operations)
    return tuple(
        _step(
            one,
            done[place],
            conforms=one.number not in plain,
            ends=not stacks and one.register in line,
        )
        for place, one in enumerate(recipe.operations)
    )


def _step(operation: Operation, done: tuple[int, ...], *, conforms: bool, ends: bool) -> Step:
    return Step(
        operation=operation,
        run=function_of(operation),
        fill=tuple(_fill(one) for one in operation.arguments),
        named=tuple((name, _fill(one)) for name, one in operation.options.items()),
        form=None if operation.role in ("source", "lazy") else form_of(operation.shape),
        done=done,
        on_columns=lowering.form_of(operation),
        conforms=conforms and operation.role != "pass",
        ends=ends,
    )


def _last_uses(recipe: Recipe) -> list[tuple[int, ...]]:
    """Return for each operation the registers that no later one needs."""
    needed, found = {recipe.target}, []
    for operation in reversed(recipe.operations):
        used = {*operation.uses, operation.register, operation.follows} - {None}
        found.append(tuple(sorted(one for one in used - needed if one is not None)))
        needed |= used
    return found[::-1]


# -- which operations there are


def main_line(recipe: Recipe) -> set[int]:
    """Return the registers whose rows become those of the model input: an empty one ends the replay.

    Others, such as the labels of outliers that a later line drops, may well be empty.
    """
    line = {recipe.target}
    for one in reversed(recipe.operations):
        if one.register in line and one.makes is not None:
            line.add(one.follows if one.follows is not None else next(iter(one.uses), None))
    return {one for one in line if one is not None}


def check(recipe: Recipe) -> None:
    """Refuse a recipe with an operation that o16n does not know, or that refers to what is not there.

    Raises:
        BundleError: names the operation by its place.
    """
    known: set[int] = set()
    for place, one in enumerate(recipe.operations, 1):
        where = f"{WHERE} operation {place}, {one.site}"
        if (fault := _fault(one)) is not None:
            raise BundleError(fault, where=where, hint="a newer o16n may know it")
        missing = {*one.uses, *([one.follows] if one.follows is not None else [])} - known
        if one.makes is None:
            missing |= {one.register} - known if one.changes is not None else set()
        if missing:
            raise BundleError(f"uses register {min(missing)} before it is made", where=where)
        known.add(one.register)
    if recipe.target not in known and (recipe.operations or recipe.state == "proven"):
        raise BundleError("makes no register that is the model input", where=WHERE)


def _fault(operation: Operation) -> str | None:
    """Return what is wrong with an operation by itself, or None."""
    name = operation.function
    if (operation.makes is None) == (operation.changes is None):
        return "an operation makes a register or changes one"
    if operation.role == "source" or lets_through(operation):
        return None
    if name in FORMS:
        return _fault_of_form(name, operation.arguments)
    if name.startswith(RULES):
        from o16n import plugins

        known = plugins.names("o16n.recipe.rules")
        return None if name.removeprefix(RULES) in known else f"unknown rule {name[:60]!r}"
    if name in OPERATORS or name in allowed.functions():
        return None
    return f"unknown operation {name[:60]!r}"


def _fault_of_form(name: str, given: tuple[Any, ...]) -> str | None:
    if len(given) < FORMS[name][1]:
        return f"{name} takes {FORMS[name][1]} arguments"
    if name == "method" and not (isinstance(given[1], str) and allowed.is_method_name(given[1])):
        return f"calls the method {str(given[1])[:60]!r}, which is not allowed"
    if name == "call" and not isinstance(given[0], Code | Named):
        return "calls what is no function"
    return None


def lets_through(operation: Operation) -> bool:
    """Tell whether an operation only chose training rows: at scoring all go through, nothing is called."""
    return operation.role == "pass" and operation.function not in (*SUBSCRIPTS, "nth")


def function_of(operation: Operation) -> Callable[..., Any]:
    """Return the function that does what an operation says.

    Raises:
        BundleError: the installed library does not have it.
    """
    name = operation.function
    if operation.role == "source":
        return _nothing
    if lets_through(operation):
        return _same
    if name in FORMS:
        return FORMS[name][0]
    if name in OPERATORS:
        found: Callable[..., Any] = getattr(operator, name)
        return found
    if name.startswith(RULES):
        from o16n import plugins

        folder = plugins.load("o16n.recipe.rules", name.removeprefix(RULES)).__name__
        rule: Callable[..., Any] = import_module(f"{folder}.replay").replay
        return rule
    return _library(name)


def _library(name: str) -> Callable[..., Any]:
    try:
        function = allowed.resolve(name)
    except LookupError as error:
        raise BundleError(str(error), where=WHERE) from error
    if not allowed.functions()[name]:
        return function  # type: ignore[no-any-return] # looked up by name

    def row_by_row(*arguments: Any, **options: Any) -> Any:
        allowed.check_function(name, arguments, options)
        return function(*arguments, **options)

    return row_by_row


# -- what they do


def _nothing() -> None:
    raise AssertionError("the raw rows are given")


def _same(owner: Any, *_: Any, **__: Any) -> Any:
    from o16n.recipe.aligned import keep

    return keep(owner)


def _attribute(owner: Any, name: str) -> Any:
    allowed.check_attribute(owner, name)
    if name == "str":
        refuse_no_texts(owner)
    return getattr(owner, name)


def _setattr(owner: Any, name: str, value: Any) -> None:
    allowed.check_set(owner, name)
    setattr(owner, name, value)


def _method(owner: Any, name: str, *arguments: Any, **options: Any) -> Any:
    allowed.check_method(owner, name, arguments, options)
    if name == "transform" and (coded := label_codes(owner, arguments)) is not None:
        return coded
    return getattr(owner, name)(*arguments, **options)


def _nth(values: Any, place: Any) -> Any:
    return values[place]


def _call(function: Any, *arguments: Any, **options: Any) -> Any:
    return function(*arguments, **options)


def _getter(which: str) -> Callable[..., Any]:
    def get(owner: Any, key: Any) -> Any:
        _refuse_foreign(owner)
        return getattr(owner, which)[key]

    return get


def _setter(which: str) -> Callable[..., Any]:
    def put(owner: Any, key: Any, value: Any) -> None:
        _refuse_foreign(owner)
        getattr(owner, which)[key] = value

    return put


def _refuse_foreign(owner: Any) -> None:
    if allowed.kind_of(owner) not in ("frame", "series"):
        raise LookupError(f"a {type(owner).__name__} has no rows by label")


WHICH = ("loc", "iloc", "at", "iat")
FORMS: dict[str, tuple[Callable[..., Any], int]] = {
    "getitem": (operator.getitem, 2),
    "setitem": (operator.setitem, 3),
    "delitem": (operator.delitem, 2),
    "attribute": (_attribute, 2),
    "setattr": (_setattr, 3),
    "method": (_method, 2),
    "nth": (_nth, 2),
    "same": (_same, 1),
    "call": (_call, 1),
    **{one: (_getter(one), 2) for one in WHICH},
    **{f"set_{one}": (_setter(one), 3) for one in WHICH},
}
OPERATORS = frozenset(
    {"abs", "add", "and_", "concat", "contains", "eq", "floordiv", "ge", "gt", "iadd", "iand",
     "iconcat", "ifloordiv", "ilshift", "imatmul", "imod", "imul", "invert", "ior", "ipow",
     "irshift", "is_", "is_not", "isub", "itruediv", "ixor", "le", "lshift", "lt", "matmul", "mod",
     "mul", "ne", "neg", "not_", "or_", "pos", "pow", "rshift", "sub", "truediv", "xor"}
)  # fmt: skip


# -- arguments


def _fill(template: Any) -> Fill:
    """Return the function that gives an argument, given the value of each register."""
    if isinstance(template, Ref):
        register = template.register
        return lambda values: values[register]
    if next(refs_in(template), None) is None and not _is_fresh(template):
        constant = _live(template, {})
        return lambda _: constant
    return lambda values: _live(template, values)


def _is_fresh(template: Any) -> bool:
    """Tell whether an argument holds a function that must be made anew at each replay."""
    if isinstance(template, Code):
        return is_fresh(template)
    if isinstance(template, dict):
        return any(_is_fresh(one) for one in template.values())
    return isinstance(template, list | tuple) and any(_is_fresh(one) for one in template)


def _live(template: Any, values: Mapping[int, Any]) -> Any:
    """Return an argument with references, names and functions made live."""
    kind = type(template)
    if kind in LIVE:
        return LIVE[kind](template, values)
    if kind is dict:
        return {key: _live(one, values) for key, one in template.items()}
    if kind in (list, tuple):
        return kind(_live(one, values) for one in template)
    return template


def _live_slice(template: slice, values: Mapping[int, Any]) -> slice:
    parts = (template.start, template.stop, template.step)
    return slice(*(_live(one, values) for one in parts))


def _named(name: str) -> Any:
    try:
        return allowed.resolve(name)
    except LookupError as error:
        raise BundleError(str(error), where=WHERE) from error


LIVE: dict[type, Callable[[Any, Mapping[int, Any]], Any]] = {
    Ref: lambda template, values: values[template.register],
    Named: lambda template, _: _named(template.name),
    Code: lambda template, values: compile_code(template, lambda one: _live(one, values)),
    slice: _live_slice,
}

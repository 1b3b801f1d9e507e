"""A recipe as files of a bundle, written canonically and read with every name looked up.

`recipe/recipe.json` holds operations, references and places; `recipe/tables.json` typed look-ups and
levels; `recipe/frozen.skops` estimators; `model/code/recipe_code.py` the notebook's own functions as source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from o16n.bundle.document import read_versioned
from o16n.bundle.read import parse_json
from o16n.errors import BundleError, NotebookError, UnsafeModel
from o16n.files import canonical_json
from o16n.recipe import code_text
from o16n.recipe.code import WHERE as CODE
from o16n.recipe.program import Operation, Role, Shape, Site
from o16n.recipe.recipe import FORMAT, FrozenSize, Levels, Preparation, Recipe
from o16n.recipe.value_numbers import UnwritableError
from o16n.recipe.values import Reader, Writer

if TYPE_CHECKING:
    from collections.abc import Callable

RECIPE, TABLES, FROZEN = "recipe/recipe.json", "recipe/tables.json", "recipe/frozen.skops"
WHERE = "recipe.json"
PLAIN = (str, int, float, bool)  # what a column's name and its levels are
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, ImportError, RecursionError, MemoryError, AssertionError)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ToldShape:
    """A shape in recipe.json."""

    kind: Literal["frame", "series", "array"]
    columns: tuple[Any, ...] = ()
    dtypes: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ToldOperation:
    """An operation in recipe.json."""

    number: int
    function: str
    cell: int
    line: int
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    makes: int | None = None
    changes: int | None = None
    role: Role = "rows"
    follows: int | None = None
    shape: ToldShape | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ToldOptional:
    """A column that may be absent, and the value of training that then stands in."""

    column: Any
    placeholder: Any


@dataclass(frozen=True, kw_only=True)
class ToldLevels:
    """A column in which a level that training never had is not refused, with the levels that it had."""

    column: Any
    policy: Literal["missing", "as trained"]
    known: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class ToldRecipe:
    """The document recipe.json."""

    state: Literal["proven", "refused", "missing", "no raw data"]
    reason: str
    raw_columns: tuple[str | int, ...] = ()
    operations: tuple[ToldOperation, ...] = ()
    preparation: tuple[Preparation, ...] = ()
    inputs: tuple[str | int, ...] | None = None
    target: int | None = None
    raw: ToldShape | None = None
    optional: tuple[ToldOptional, ...] = ()
    loose: tuple[int, ...] = ()
    frozen_sizes: tuple[FrozenSize, ...] = ()
    supplied: int | None = None
    unseen: tuple[ToldLevels, ...] = ()


def to_files(recipe: Recipe, *, code: str = "") -> dict[str, bytes]:
    """Return the files of a bundle that hold `recipe`, equal for equal recipes.

    `code` is the source of the notebook's own classes that its estimators need.

    Raises:
        NotebookError: something frozen cannot be written as data; names its type, cell and line.
    """
    text = code_text.CodeText()
    writer = Writer(text.factory)
    document: dict[str, Any] = {
        "format": FORMAT,
        "state": recipe.state,
        "reason": recipe.reason,
        "raw_columns": list(recipe.raw_columns),
        "operations": [_operation(one, writer) for one in recipe.operations],
        "preparation": [vars(one) for one in recipe.preparation],
        "inputs": None if recipe.inputs is None else list(recipe.inputs),
        "target": recipe.target,
        "raw": None if recipe.raw is None else _shape(recipe.raw, writer),
        "optional": [
            {"column": writer.write(name), "placeholder": writer.write(value)}
            for name, value in recipe.optional.items()
        ],
        "loose": list(recipe.loose),
        "frozen_sizes": [vars(one) for one in recipe.frozen_sizes],
    }
    if recipe.supplied is not None:
        document["supplied"] = recipe.supplied
    if recipe.unseen:
        document["unseen"] = [
            {
                "column": writer.write(name),
                "policy": one.policy,
                "known": [writer.write(level) for level in one.known],
            }
            for name, one in recipe.unseen.items()
        ]
    files = {RECIPE: canonical_json(document)}
    if writer.tables:
        files[TABLES] = canonical_json({"format": FORMAT, "tables": writer.tables})
    if writer.frozen:
        files[FROZEN] = _frozen(writer.frozen, recipe, code)
    if text.text():
        files[CODE] = text.text().encode()
    return files


def _operation(operation: Operation, writer: Writer) -> dict[str, Any]:
    try:
        told: dict[str, Any] = {
            "number": operation.number,
            "function": operation.function,
            "arguments": [writer.write(one) for one in operation.arguments],
            "options": {key: writer.write(one) for key, one in operation.options.items()},
            "role": operation.role,
            "cell": operation.site.cell,
            "line": operation.site.line,
            "text": operation.site.text,
        }
        if operation.shape is not None:
            told["shape"] = _shape(operation.shape, writer)
    except (UnwritableError, SyntaxError) as error:
        raise NotebookError(
            f"freezes {error}, which a recipe cannot hold as data",
            where=str(operation.site),
            hint=getattr(error, "hint", "")
            or "use plain values, arrays, tables or scikit-learn's own estimators there",
        ) from error
    for name in ("makes", "changes", "follows"):
        if getattr(operation, name) is not None:
            told[name] = getattr(operation, name)
    return told


def _shape(shape: Shape, writer: Writer) -> dict[str, Any]:
    return {
        "kind": shape.kind,
        "columns": [writer.write(one) for one in shape.columns],
        "dtypes": [writer.write(one) for one in shape.dtypes],
    }


def _frozen(objects: list[Any], recipe: Recipe, code: str) -> bytes:
    """Return the estimators as one .skops file, what they share being once in it."""
    from o16n.bundle.model_file import dump_model

    try:
        return dump_model(list(objects), code=code)
    except (NotebookError, UnsafeModel) as whole:
        for one in objects:
            try:
                dump_model(one, code=code)
            except (NotebookError, UnsafeModel) as error:
                kind = NotebookError if isinstance(error, UnsafeModel) else type(error)
                raise kind(error.what, where=_where(one, recipe), hint=error.hint) from error
        raise NotebookError(whole.what, where="the recipe's estimators") from whole


def _where(wanted: Any, recipe: Recipe) -> str:
    """Return the place of the first operation that holds an object."""
    for operation in recipe.operations:
        if any(one is wanted for one in _inside((operation.arguments, operation.options))):
            return str(operation.site)
    return "the recipe"


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [one for held in value.values() for one in _inside(held)]
    if isinstance(value, list | tuple):
        return [one for held in value for one in _inside(held)]
    held = getattr(value, "frozen", None)
    return [value, *(_inside(held) if isinstance(held, dict) else [])]


def estimators(recipe: Recipe) -> list[Any]:
    """Return the objects that `frozen.skops` would hold, each once.

    Raises:
        NotebookError: something frozen cannot be written as data.
    """
    writer = Writer(code_text.CodeText().factory)
    for one in recipe.operations:
        _operation(one, writer)
    return writer.frozen


def from_files(
    has: Callable[[str], bool], read: Callable[[str], bytes], *, code: str = ""
) -> Recipe:
    """Return the recipe that a bundle's files hold; `has` and `read` are the bundle's.

    `code` is the source of the notebook's own classes, given only where trust is established.

    Raises:
        BundleError: a document has another format, unknown fields, a value that cannot be read, or
            an operation that o16n does not know.
        UnsafeModel: an estimator is not allowed or damaged.
    """
    told = read_versioned(
        ToldRecipe, parse_json(read(RECIPE), where=WHERE), version=FORMAT, where=WHERE
    )
    factories = code_text.parse(read(CODE).decode(errors="replace")) if has(CODE) else {}
    reader = Reader(
        _tables(read(TABLES)) if has(TABLES) else [],
        _estimators(read(FROZEN), code) if has(FROZEN) else [],
        lambda name, frozen: code_text.code_of(factories, name, frozen),
    )
    recipe = _recipe(told, reader)
    from o16n.recipe.steps import check

    check(recipe)
    return recipe


def _tables(data: bytes) -> list[Any]:
    document = parse_json(data, where=TABLES)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BundleError(f"is not of format {FORMAT}", where=TABLES)
    if document.keys() != {"format", "tables"} or not isinstance(document["tables"], list):
        raise BundleError("holds no list of tables", where=TABLES)
    return document["tables"]


def _estimators(data: bytes, code: str) -> list[Any]:
    from o16n.bundle.model_file import load_model

    held = load_model(data, code=code)
    if not isinstance(held, list):
        raise UnsafeModel("holds no list of estimators", where=FROZEN)
    return held


def _recipe(told: ToldRecipe, reader: Reader) -> Recipe:
    optional = [
        (
            _value(one.column, reader, f"optional column {place}"),
            _value(one.placeholder, reader, f"optional column {place}"),
        )
        for place, one in enumerate(told.optional, 1)
    ]
    try:
        columns = dict(optional)
    except TypeError as error:
        raise BundleError("has an optional column that is no name", where=WHERE) from error
    return Recipe(
        state=told.state,
        reason=told.reason,
        raw_columns=told.raw_columns,
        operations=tuple(_read_operation(one, reader) for one in told.operations),
        preparation=told.preparation,
        inputs=told.inputs,
        target=told.target,
        raw=None if told.raw is None else _read_shape(told.raw, reader, "the raw columns"),
        optional=columns,
        loose=told.loose,
        frozen_sizes=told.frozen_sizes,
        supplied=told.supplied,
        unseen=_unseen(told, reader),
    )


def _unseen(told: ToldRecipe, reader: Reader) -> dict[Any, Levels]:
    found = {}
    for place, one in enumerate(told.unseen, 1):
        where = f"column {place} of unseen"
        known = tuple(_value(level, reader, where) for level in one.known)
        name = _value(one.column, reader, where)
        if not all(type(part) in PLAIN for part in (name, *known)):
            raise BundleError(f"has a {where} that is no name or no level", where=WHERE)
        found[name] = Levels(policy=one.policy, known=known)
    return found


def _read_operation(told: ToldOperation, reader: Reader) -> Operation:
    where = f"operation {told.number}"
    return Operation(
        number=told.number,
        function=told.function,
        arguments=tuple(_value(one, reader, where) for one in told.arguments),
        options={key: _value(one, reader, where) for key, one in told.options.items()},
        makes=told.makes,
        changes=told.changes,
        role=told.role,
        follows=told.follows,
        shape=None if told.shape is None else _read_shape(told.shape, reader, where),
        site=Site(cell=told.cell, line=told.line, text=told.text),
    )


def _read_shape(told: ToldShape, reader: Reader, where: str) -> Shape:
    return Shape(
        kind=told.kind,
        columns=tuple(_value(one, reader, where) for one in told.columns),
        dtypes=tuple(_value(one, reader, where) for one in told.dtypes),
    )


def _value(told: Any, reader: Reader, where: str) -> Any:
    try:
        return reader.read(told)
    except UNREADABLE as error:
        raise BundleError(
            f"holds a value that cannot be read: {type(error).__name__}: {error}",
            where=f"{WHERE} {where}",
        ) from error

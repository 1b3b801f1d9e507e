"""Read the rows of a data file as the schema says, so that a file answers as the same rows in memory do."""

from __future__ import annotations

import codecs
import csv
import io
import json
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from o16n.bundle.schema import Schema

DELIMITERS = (",", ";", "\t", "|")
MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# what pandas.read_csv takes for a missing value
MISSING = frozenset(
    {
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
        "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
    }
)  # fmt: skip
LONGEST_HEADER = 2**18
LONGEST_CELL = 2**24  # bytes


def read_rows(
    path: Path, schema: Schema, *, index: str | None = None, encoding: str = ""
) -> pd.DataFrame:
    """Return the rows of a data file as plain cells (text of a CSV stays text).

    Args:
        path: csv, tsv, json (a list of objects), jsonl, parquet or xlsx, by its suffix.
        schema: tells the delimiter, by the header that it fits, and which words mean a missing value.
        index: a column that names the rows.
        encoding: of a text file without a byte order mark; UTF-8 where it is not told.

    Raises:
        UsageError: the file cannot be read; says the line where there is one.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(
            f"{path.suffix or 'a file without suffix'} is not a data format o16n reads",
            where=str(path),
            hint=f"one of {', '.join(READERS)}",
        )
    if not path.is_file():
        raise UsageError("no such data file", where=str(path))
    frame = reader(path, schema, encoding)
    if index is None:
        return frame
    if index not in frame.columns:
        raise UsageError(f"no column {index!r}", where=str(path), hint="see --index")
    return frame.set_index(index, drop=False)


def _csv(path: Path, schema: Schema, encoding: str) -> pd.DataFrame:
    text = _text(path, encoding)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text[:LONGEST_HEADER], schema)
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(rows, None)
        if not header:
            raise UsageError("is empty: not even a header stands in it", where=str(path))
        held = [one for one in rows if one or len(header) == 1]
    except csv.Error as error:
        raise UsageError(f"is not CSV: {error}", where=f"{path} line {rows.line_num}") from error
    _refuse_lengths(header, held, path)
    return _frame(_once(header, path), [one or [""] for one in held], schema)


def _refuse_lengths(header: list[str], rows: list[list[str]], path: Path) -> None:
    for place, row in enumerate(rows, 1):
        if row and len(row) != len(header):
            raise UsageError(
                f"row {place} has {len(row)} cells, the header {len(header)}",
                where=str(path),
                hint="a delimiter inside a cell needs quotes around the cell",
            )


def _delimiter(start: str, schema: Schema) -> str:
    """Return the delimiter that splits the header into most of the schema's columns."""
    names = {str(column.name) for column in schema.columns}

    def known(delimiter: str) -> tuple[int, bool]:
        cells = next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), [])
        return len(names.intersection(cells)), delimiter == ","

    return max(DELIMITERS, key=known)


def _frame(names: list[Any], rows: list[list[Any]], schema: Schema) -> pd.DataFrame:
    import pandas as pd

    columns = {str(column.name): column for column in schema.columns}
    table = {}
    for place, name in enumerate(names):
        column = columns.get(name)
        words = MISSING if column is None or column.kind != "text" else _words(column)
        cells = [row[place] for row in rows]
        table[name] = pd.Series([None if one in words else one for one in cells], dtype="object")
    return pd.DataFrame(table, index=pd.RangeIndex(len(rows)))


def _words(column: Any) -> frozenset[str]:
    """Return what means a missing text: not what training knew as a level, or had no word for."""
    if not column.nullable:
        return frozenset() if "" in (column.levels or ()) else frozenset([""])
    return MISSING - set(column.levels or ())


def _text(path: Path, encoding: str) -> str:
    data = path.read_bytes()
    found = next((name for mark, name in MARKS.items() if data.startswith(mark)), "")
    try:
        text = data.decode(found or encoding or "utf-8")
    except (UnicodeDecodeError, LookupError) as error:
        raise UsageError(
            f"is not {encoding or 'UTF-8'}: {error}", where=str(path), hint="say --encoding NAME"
        ) from error
    if "\0" in text:
        raise UsageError("holds a NUL character, so it is no text", where=str(path))
    return text


def _once(names: list[str], path: Path) -> list[str]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(
            f"{names.count(twice[0])} columns are called {twice[0]!r}", where=str(path)
        )
    return names


def _json(path: Path, _: Schema, encoding: str) -> pd.DataFrame:
    told = _parsed(_text(path, encoding), str(path))
    if not isinstance(told, list):
        raise UsageError("is not a list of objects, one per row", where=str(path))
    return _records(told, path, "row")


def _json_lines(path: Path, _: Schema, encoding: str) -> pd.DataFrame:
    lines = [one for one in _text(path, encoding).split("\n") if one.strip()]
    told = [_parsed(one, f"{path} line {place}") for place, one in enumerate(lines, 1)]
    return _records(told, path, "line")


def _records(told: list[Any], path: Path, word: str) -> pd.DataFrame:
    import pandas as pd

    names: dict[str, None] = {}
    for place, one in enumerate(told, 1):
        if not isinstance(one, dict):
            raise UsageError("is not an object", where=f"{path} {word} {place}")
        names |= dict.fromkeys(one)
    table = {name: pd.Series([one.get(name) for one in told], dtype="object") for name in names}
    return pd.DataFrame(table, index=pd.RangeIndex(len(told)))


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"is not JSON: {error}", where=where) from error


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands in one object twice")
    return found


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


def _parquet(path: Path, _: Schema, __: str) -> pd.DataFrame:
    return _by_pandas("read_parquet", path)


def _excel(path: Path, _: Schema, __: str) -> pd.DataFrame:
    return _by_pandas("read_excel", path)


def _by_pandas(reader: str, path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        frame: pd.DataFrame = getattr(pd, reader)(path)
    except ImportError as error:
        package = "pyarrow" if reader == "read_parquet" else "openpyxl"
        raise UsageError(
            f"reading {path.suffix} needs {package}", where=str(path), hint=f"pip install {package}"
        ) from error
    except (ValueError, OSError, KeyError) as error:
        raise UsageError(f"cannot be read as {path.suffix}: {error}", where=str(path)) from error
    return frame


READERS: dict[str, Callable[[Path, Schema, str], pd.DataFrame]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".json": _json,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
    ".xlsx": _excel,
}

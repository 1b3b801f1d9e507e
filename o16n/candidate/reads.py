"""Read the raw rows once more: local files and data that libraries carry, nothing else."""

from __future__ import annotations

import ast
import hashlib
import os
from typing import TYPE_CHECKING, Any

from o16n.candidate.candidate import RawData
from o16n.recipe.raw import frame_of

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from o16n.candidate.statements import Statement

FILES = {"read_csv", "read_table", "read_excel", "read_parquet", "read_json"}
ALLOWED = (
    ast.Constant,
    ast.Name,
    ast.Load,
    ast.Attribute,
    ast.BinOp,
    ast.Add,
    ast.Div,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.keyword,
    ast.UnaryOp,
    ast.USub,
    ast.Call,
)
PATHS = ("filepath", "path", "io")  # how pandas' readers call it
CALLABLE = {"Path", "join", "str", "abspath", "expanduser", "PurePath"}


def raw_data(
    namespace: dict[str, Any], all_of: tuple[Statement, ...], folder: Path
) -> tuple[RawData, ...]:
    """Return the data that each read statement gives when it is done again.

    Only pandas readers of existing local files and scikit-learn's bundled data are read again, with
    arguments that are literals, names or joined paths; never a network address or SQL.
    """
    found = []
    for statement in all_of:
        for name, call in statement.calls():
            value = _again(namespace, name, call, folder)
            frame = frame_of(value)
            if frame is None:
                continue
            location = _location(namespace, name, call)
            found.append(
                RawData(
                    frame=frame,
                    call=ast.unparse(call),
                    location=location,
                    digest=digest(frame),
                    place=statement.place,
                )
            )
    return tuple(found)


def digest(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of the frame's columns and values, equal for equal content."""
    import pandas as pd

    whole = hashlib.sha256("\x1f".join(map(str, frame.columns)).encode())
    rows = pd.util.hash_pandas_object(
        frame.astype(object).where(frame.notna(), "\x00null").astype(str), index=False
    )
    whole.update(rows.to_numpy().tobytes())
    return whole.hexdigest()


def _again(namespace: dict[str, Any], name: str, call: ast.Call, folder: Path) -> Any:
    if name in FILES and not _module_of(namespace, call).startswith("pandas"):
        return None
    bundled = name.startswith("load_") and _module_of(namespace, call).startswith(
        "sklearn.datasets"
    )
    if name not in FILES and not bundled:
        return None
    if not all(
        _simple(part) for argument in (*call.args, *call.keywords) for part in ast.walk(argument)
    ):
        return None
    if name in FILES and not _is_local(namespace, call, folder):
        return None
    before = os.getcwd()  # noqa: PTH109 - given back as it was
    try:
        os.chdir(folder)
        return _evaluate(namespace, call)
    except (NameError, OSError, ValueError, TypeError, AttributeError, ImportError, KeyError):
        return None  # it cannot be repeated: then there are no raw rows, and the recipe says so
    finally:
        os.chdir(before)


def _evaluate(namespace: dict[str, Any], node: ast.expr) -> Any:
    code = compile(ast.Expression(node), "<read again>", "eval")
    return eval(code, dict(namespace))  # noqa: S307 - the notebook's own call, in its own kernel, on a copy


def _simple(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        func = node.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        return name in CALLABLE
    return isinstance(node, ALLOWED)


def _is_local(namespace: dict[str, Any], call: ast.Call, folder: Path) -> bool:
    node = _path_of(call)
    if node is None:
        return False
    try:
        where = _evaluate(namespace, node)
    except (NameError, TypeError, AttributeError, ValueError, KeyError):
        return False
    return (
        isinstance(where, str | os.PathLike)
        and "://" not in str(where)
        and (folder / where).is_file()
    )


def _path_of(call: ast.Call) -> ast.expr | None:
    named = (one.value for one in call.keywords if (one.arg or "").startswith(PATHS))
    return call.args[0] if call.args else next(named, None)


def _location(namespace: dict[str, Any], name: str, call: ast.Call) -> str:
    if name not in FILES:
        return f"sklearn.datasets.{name}"
    node = _path_of(call)
    where = str(_evaluate(namespace, node)) if node is not None else ""
    return os.path.basename(where) if os.path.isabs(where) else where  # noqa: PTH117, PTH119


def _module_of(namespace: dict[str, Any], call: ast.Call) -> str:
    func = call.func
    if isinstance(func, ast.Name):
        return str(getattr(namespace.get(func.id), "__module__", ""))
    if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name):
        return str(getattr(namespace.get(func.value.id), "__name__", ""))
    return ast.unparse(func)

"""Values for parameters from a file: TOML, JSON, or the YAML that papermill's own `-f` reads."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from o16n.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def values_for(
    notebook: Path, typed: tuple[tuple[str, str], ...], file: Path | None
) -> dict[str, Any]:
    """Return the values of `file`, and over them those that were typed, in the declared types.

    Raises:
        UsageError: a parameter is unknown or of another type, or the file cannot be read.
    """
    from o16n.notebook.given import convert
    from o16n.notebook.parameters import read_parameters
    from o16n.notebook.read import read_notebook

    values = read_values(file) if file is not None else {}
    return convert(read_parameters(read_notebook(notebook)), values | dict(typed))


def read_values(path: Path) -> dict[str, Any]:
    """Return name → value as the file at `path` tells them, in order.

    Raises:
        UsageError: it cannot be read, is not of its suffix's format, or is not a table of names.
    """
    read = READERS.get(path.suffix)
    if read is None:
        known = ", ".join(READERS)
        raise UsageError(f"a file of values ends in {known}", where=f"-f {path}")
    try:
        told = read(path)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=f"-f {path}") from error
    except ValueError as error:
        said = " ".join(str(error).split())
        raise UsageError(f"is not {path.suffix[1:].upper()}: {said}", where=f"-f {path}") from error
    if not isinstance(told, dict) or not all(isinstance(name, str) for name in told):
        raise UsageError("is not a table of names and values", where=f"-f {path}")
    return told


def _toml(path: Path) -> Any:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _yaml(path: Path) -> Any:
    from papermill.iorw import read_yaml_file, yaml

    if not path.is_file():  # papermill looks for it in the cloud too
        raise FileNotFoundError(2, "no such file")
    try:
        return read_yaml_file(str(path))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


READERS: dict[str, Callable[[Path], Any]] = {
    ".toml": _toml,
    ".json": _json,
    ".yaml": _yaml,
    ".yml": _yaml,
}

"""model.skops: written canonically, read only where every type, function and tree is allowed."""

from __future__ import annotations

import copy
import io
import json
import sys
import types
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import NotebookError, UnsafeModel, UnsupportedModel
from o16n.files import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 8 * 2**30
RATIO = 2_000


@cache
def allowed() -> frozenset[str]:
    """Return the exact names of types and functions that a model file may use."""
    lines = (Path(__file__).parent / "allowed.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def dump_model(model: Any, *, code: str = "") -> bytes:
    """Return `model` as canonical .skops bytes, which `load_model` has been seen to take.

    `code` is the source of the notebook's own classes and functions: a copy of the model is pointed
    at it, the person's object is not touched.

    Raises:
        NotebookError: a part of the model cannot be written as data.
        UnsupportedModel: a type or function in it is not on the list.
    """
    import skops.io

    if code:
        module = code_module(code)
        model = _repointed(copy.deepcopy(model), module, {})
    try:
        data = canonical(skops.io.dumps(model))
    except Exception as error:
        raise NotebookError(
            f"the {type(model).__name__} cannot be written without pickle: {error}",
            hint="say which part is needed, or replace it by scikit-learn's own",
        ) from error
    if foreign := sorted(names_in(data) - _trusted(data, code)):
        raise UnsupportedModel(
            f"the {type(model).__name__} holds a {foreign[0]}, which o16n cannot take yet",
            hint="a model of scikit-learn's own estimators would do",
        )
    load_model(data, code=code)
    return data


def load_model(data: bytes, *, code: str = "") -> Any:
    """Return the estimator in `data`; `code` is only given where trust is established.

    Raises:
        UnsafeModel: the file is no .skops file, names a type or function that is not on the list,
            or holds a tree that would read outside its memory.
    """
    import skops.io

    from o16n.bundle.audit import audit

    _refuse_bombs(data)
    trusted = _trusted(data, code)
    if foreign := sorted(names_in(data) - trusted):
        raise UnsafeModel(
            f"names {foreign[0]}, which o16n does not load",
            where="model.skops",
            hint="only types and functions of the allow-list are loaded",
        )
    try:
        asked = skops.io.get_untrusted_types(data=data)
        if beyond := sorted(set(asked) - trusted):
            raise UnsafeModel(f"names {beyond[0]}, which o16n does not load", where="model.skops")
        model = skops.io.loads(data, trusted=sorted(asked))
    except UnsafeModel:
        raise
    except Exception as error:
        raise UnsafeModel(
            f"cannot be loaded: {type(error).__name__}: {error}", where="model.skops"
        ) from error
    audit(model)
    return model


def canonical(data: bytes) -> bytes:
    """Return the bytes that equal models share: ids and files renumbered as first seen, times fixed."""
    source = zipfile.ZipFile(io.BytesIO(data))
    schema = json.loads(source.read("schema.json"))
    ids: dict[int, int] = {}
    files: dict[str, str] = {}
    for node in _nodes(schema):
        if "__id__" in node:
            node["__id__"] = ids.setdefault(node["__id__"], len(ids))
        name = node.get("file")
        if isinstance(name, str):
            node["file"] = files.setdefault(name, f"{len(files):05d}{Path(name).suffix}")
    target = io.BytesIO()
    text = json.dumps(schema, separators=(",", ":")).encode()
    contents = [("schema.json", text), *((new, source.read(old)) for old, new in files.items())]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in contents:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return target.getvalue()


def names_in(data: bytes) -> set[str]:
    """Return every type and function that the file's schema names, read by ourselves."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            schema = json.loads(archive.read("schema.json"))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, NotImplementedError) as error:
        raise UnsafeModel(f"is not a .skops file: {error}", where="model.skops") from error
    found = set()
    for node in _nodes(schema):
        module, kind = node.get("__module__"), node.get("__class__")
        if (
            isinstance(module, str)
            and isinstance(kind, str)
            and kind not in ("function", "ufunc", "method")
        ):
            found.add(f"{module}.{kind}")
        path, function = node.get("module_path"), node.get("function")
        if isinstance(path, str) and isinstance(function, str):
            found.add(f"{path}.{function}")
        elif kind in ("function", "ufunc") and isinstance(module, str):
            inner = node.get("content")
            if isinstance(inner, str):
                found.add(f"{module}.{inner}")
    return found


def code_module(code: str) -> types.ModuleType:
    """Return the module that `code` makes, named by its digest; executed once a process."""
    name = f"o16n_code_{sha256(code.encode())[:12]}"
    if name not in sys.modules:
        module = types.ModuleType(name)
        sys.modules[name] = module
        try:
            exec(compile(code, f"{name}.py", "exec"), vars(module))  # noqa: S102 - behind trust.require
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


def _trusted(data: bytes, code: str) -> set[str]:
    """Return the names that the file may use: those on the list, and those that `code` makes."""
    made = f"{code_module(code).__name__}." if code else None
    return {*allowed(), *(name for name in names_in(data) if made and name.startswith(made))}


def _repointed(value: Any, code: types.ModuleType, seen: dict[int, Any]) -> Any:
    """Return `value` with every object of `__main__` made one of `code`."""
    if isinstance(value, types.FunctionType | type):
        return getattr(code, value.__name__) if value.__module__ == "__main__" else value
    if id(value) in seen:
        return seen[id(value)]
    if type(value) in (list, tuple, set):
        return type(value)(_repointed(part, code, seen) for part in value)
    if isinstance(value, dict):
        return {key: _repointed(part, code, seen) for key, part in value.items()}
    if hasattr(value, "__dict__") and not isinstance(value, types.ModuleType):
        seen[id(value)] = value
        if type(value).__module__ == "__main__":
            value.__class__ = getattr(code, type(value).__name__)
        for key, part in list(vars(value).items()):
            vars(value)[key] = _repointed(part, code, seen)
    return value


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON object below `schema`, in the order of the text."""
    pending = [schema]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            yield one
            pending += reversed(one.values())
        elif isinstance(one, list):
            pending += reversed(one)


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnsafeModel(f"is not a .skops file: {error}", where="model.skops") from error
    whole = sum(one.file_size for one in infos)
    if whole > LARGEST or whole > RATIO * max(len(data), 1):
        raise UnsafeModel("is compressed beyond reason", where="model.skops")
    if len({one.filename for one in infos}) < len(infos):
        raise UnsafeModel("holds two entries of one name", where="model.skops")

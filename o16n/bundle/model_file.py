"""model.skops: written canonically, read only where every type, function and tree is allowed."""

from __future__ import annotations

import copy
import functools
import io
import json
import sys
import types
import zipfile
from pathlib import Path
from typing import Any

from o16n.bundle import arrays, nodes
from o16n.errors import NotebookError, UnsafeModel, UnsupportedModel
from o16n.files import sha256

WHERE = "model.skops"
LARGEST = 4 * 2**30
CHANCE = ("refit_time_", "_stop_words_id")
LEAVES = ("JsonNode", "TypeNode", "FunctionNode")


@functools.cache
def allowed() -> frozenset[str]:
    """Return the exact names of all types and functions that a model file may use, whatever loads them."""
    return frozenset[str]().union(*nodes.allowed().values())


def dump_model(model: Any, *, code: str = "") -> bytes:
    """Return `model` as canonical .skops bytes, which `load_model` has been seen to take.

    `code` is the source of the notebook's own classes and functions: a copy of the model is pointed
    at it, the person's object is not touched.

    Raises:
        NotebookError: a part of the model cannot be written as data.
        UnsupportedModel: a type or function in it is not on the list.
        UnsafeModel: its parts do not fit together.
    """
    import skops.io

    if code:
        module = code_module(code)
        model = _repointed(copy.deepcopy(model), module, {})
    try:
        data = canonical(skops.io.dumps(model))
    except UnsafeModel:
        raise
    except Exception as error:  # skops raises whatever the parts of a model raise
        raise NotebookError(
            f"the {type(model).__name__} cannot be written without pickle: {error}",
            hint="say which part is needed, or replace it by scikit-learn's own",
        ) from error
    if foreign := _foreign(data, code):
        raise UnsupportedModel(
            f"the {type(model).__name__} holds a {foreign}, which o16n cannot take yet",
            hint="a model of scikit-learn's own estimators would do",
        )
    load_model(data, code=code, native=True)
    return data


def holds_native(data: bytes) -> bool:
    """Tell whether a model file has parts that xgboost or lightgbm read by a parser of their own.

    Raises:
        UnsafeModel: the file is no .skops file.
    """
    root = _root(read_file(data)[0])
    return any(nodes.name_of(one) in nodes.NATIVE for one in nodes.walk(root))


def load_model(data: bytes, *, code: str = "", native: bool = False) -> Any:
    """Return the estimator in `data`; `code` and `native` only where trust is established.

    Raises:
        UnsafeModel: the file is no .skops file, names a type or function that is not on the list,
            or holds a part that would read outside its memory.
    """
    from o16n.bundle.audit import audit

    schema, files = read_file(data)
    nodes.check(schema, own=_own_names(code) | (nodes.NATIVE if native else frozenset()))
    root = _root(schema)
    arrays.check(root, files)
    model = _construct(data, {nodes.name_of(one) for one in nodes.walk(root)})
    audit(model)
    return model


def read_file(data: bytes) -> tuple[Any, dict[str, bytes]]:
    """Return schema.json and the other files of a .skops file; nothing is constructed.

    Raises:
        UnsafeModel: it is no such file, or inflates beyond reason.
    """
    if len(data) > LARGEST:
        raise UnsafeModel("is larger than a model may be", where=WHERE)
    files = arrays.entries(data, WHERE)
    try:
        schema = json.loads(files.pop("schema.json"))
    except (KeyError, ValueError, RecursionError) as error:
        raise UnsafeModel(f"is not a .skops file: {error}", where=WHERE) from error
    return schema, files


def _construct(data: bytes, named: set[str]) -> Any:
    """Let skops build the model; it may ask for no name that was not checked before."""
    import skops.io

    try:
        asked = set(skops.io.get_untrusted_types(data=data))
        beyond = sorted(asked - named)
        model = None if beyond else skops.io.loads(data, trusted=sorted(asked))
    except Exception as error:  # constructing runs the __setstate__ of every allowed type
        raise UnsafeModel(
            f"cannot be loaded: {type(error).__name__}: {error}", where=WHERE
        ) from error
    if beyond:
        raise UnsafeModel(f"names {beyond[0]}, which o16n does not load", where=WHERE)
    return model


def canonical(data: bytes) -> bytes:
    """Return the bytes that equal models share, whichever process wrote them.

    Ids are kept only where an object is shared, and renumbered as first seen; equal arrays are one
    file; sets are sorted; what differs by chance (a search's seconds) is left out; times in the zip are fixed.
    """
    schema, contents = read_file(data)
    root = _root(schema)
    for node in list(nodes.walk(root)):
        _without_chance(node)
        _without_global_state(node)
    _drop_needless_ids(root)
    for node in nodes.files_of(root):
        node["file"] = sha256(contents[node["file"]]) + Path(node["file"]).suffix
    for node in list(nodes.walk(root)):
        _sort_sets(node)
    by_digest = {sha256(one) + Path(name).suffix: one for name, one in contents.items()}
    files = _renumbered(root, by_digest)
    ends = {key: schema[key] for key in ("protocol", "_skops_version")}
    text = json.dumps({**root, **ends}, separators=(",", ":")).encode()
    return _packed({"schema.json": text, **files})


def _root(schema: Any) -> dict[str, Any]:
    return {k: v for k, v in schema.items() if k not in ("protocol", "_skops_version")}


def _drop_needless_ids(root: Any) -> None:
    every = list(nodes.walk(root))
    seen: dict[int, int] = {}
    for node in every:
        if node["__loader__"] in LEAVES:
            node.pop("__id__", None)
        elif "__id__" in node:
            seen[node["__id__"]] = seen.get(node["__id__"], 0) + 1
    for node in every:
        if seen.get(node.get("__id__", 0), 0) == 1:
            del node["__id__"]


def _renumbered(root: Any, contents: dict[str, bytes]) -> dict[str, bytes]:
    """Number ids from 1 and files from 0 as first seen; return the files by their new names."""
    ids: dict[int, int] = {}
    names: dict[str, str] = {}
    for node in nodes.walk(root):
        if "__id__" in node:
            node["__id__"] = ids.setdefault(node["__id__"], len(ids) + 1)
        if "file" in node:
            old = node["file"]
            node["file"] = names.setdefault(old, f"{len(names):05d}{Path(old).suffix}")
    return {new: contents[old] for old, new in names.items()}


def _sort_sets(node: dict[str, Any]) -> None:
    """Sets have no order: theirs would be that of the process's hash seed."""
    held = node if node["__loader__"] == "SetNode" else None
    if nodes.name_of(node) == "builtins.frozenset":
        held = node["content"]["content"][0]
    if held is not None:
        held["content"].sort(key=lambda one: json.dumps(one, sort_keys=True))


def _without_chance(node: dict[str, Any]) -> None:
    """Leave out what answers nothing and differs from run to run: a search's seconds, an address."""
    state = node.get("content")
    if node["__loader__"] != "ObjectNode" or state is None or state["__loader__"] != "DictNode":
        return
    _remove(state, lambda key: key in CHANCE)
    results = state["content"].get("cv_results_")
    if isinstance(results, dict) and results.get("__loader__") == "DictNode":
        _remove(results, lambda key: key.endswith("_time"))


def _without_global_state(node: dict[str, Any]) -> None:
    """Leave out numpy's own random state, which some estimators keep: it is the process's, not theirs."""
    import numpy as np

    if node["__loader__"] == "RandomStateNode" and node.get("__id__") == id(np.random.mtrand._rand):  # noqa: SLF001 - what check_random_state(None) gives
        node.clear()
        node |= {
            "__class__": "str",
            "__module__": "builtins",
            "__loader__": "JsonNode",
            "content": "null",
            "is_json": True,
        }


def _remove(dictionary: dict[str, Any], unwanted: Any) -> None:
    content, key_types = dictionary["content"], dictionary["key_types"]["content"]
    kept = [place for place, key in enumerate(content) if not unwanted(key)]
    keys = list(content)
    dictionary["key_types"]["content"] = [key_types[place] for place in kept]
    dictionary["content"] = {keys[place]: content[keys[place]] for place in kept}


def _packed(contents: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            small = len(content) <= arrays.SLACK or _shrinks_within_reason(content)
            how = zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED
            archive.writestr(entry, content, how, 6)
    return target.getvalue()


def _shrinks_within_reason(content: bytes) -> bool:
    """Tell whether the reader would not take the deflated bytes for a bomb (a million zeros)."""
    import zlib

    return len(content) <= arrays.RATIO * len(zlib.compress(content, 6, -zlib.MAX_WBITS))


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


def _foreign(data: bytes, code: str) -> str | None:
    """Return the first name in a file just written that is not on the list, or None."""
    own = _own_names(code) | nodes.NATIVE
    every = nodes.walk(_root(read_file(data)[0]))
    return next((nodes.name_of(one) for one in every if not nodes.is_known(one, own)), None)


def _own_names(code: str) -> frozenset[str]:
    """Return the full names of what `code` defines itself; what it imports stays foreign."""
    if not code:
        return frozenset()
    module = code_module(code)
    return frozenset(
        f"{module.__name__}.{name}"
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType | type) and value.__module__ == module.__name__
    )


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
    if isinstance(value, functools.partial):
        args, named = _repointed((value.args, dict(value.keywords)), code, seen)
        return functools.partial(_repointed(value.func, code, seen), *args, **named)
    if hasattr(value, "__dict__") and not isinstance(value, types.ModuleType):
        _repoint(value, code, seen)
    return value


def _repoint(value: Any, code: types.ModuleType, seen: dict[int, Any]) -> None:
    seen[id(value)] = value
    if type(value).__module__ == "__main__":
        value.__class__ = getattr(code, type(value).__name__)
    for key, part in list(vars(value).items()):
        vars(value)[key] = _repointed(part, code, seen)

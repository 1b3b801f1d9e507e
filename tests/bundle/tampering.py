"""Rewrite one part of a .skops file, as an adversary would who also rewrites the manifest."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return {one.filename: source.read(one) for one in source.infolist()}


def packed(files, how=zipfile.ZIP_DEFLATED):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return held.getvalue()


def with_schema(data, change):
    """Return `data` with schema.json changed in place by `change(schema)`."""
    files = parts(data)
    schema = json.loads(files["schema.json"])
    changed = change(schema)
    files["schema.json"] = json.dumps(schema if changed is None else changed).encode()
    return packed(files)


def with_root(node, version="0.16.0", protocol=2, **files):
    """Return a .skops file whose whole model is `node`."""
    text = json.dumps({**node, "protocol": protocol, "_skops_version": version}).encode()
    files = {f"{name}.npy": content for name, content in files.items()}
    return packed({"schema.json": text, **files}, zipfile.ZIP_STORED)


def with_field(data, field, index, value):
    """Return `data` with one number of each structured array that has `field` changed."""
    files = parts(data)
    for name, content in files.items():
        if name.endswith(".npy"):
            array = np.load(io.BytesIO(content), allow_pickle=False)
            if array.dtype.names and field in array.dtype.names:
                array[field][index] = value
                files[name] = npy(array)
    return packed(files)


def with_attribute(data, owner, key, change):
    """Return `data` with the node of attribute `key` of each `owner` changed by `change(node)`."""

    def tamper(schema):
        for node in nodes(schema):
            if node.get("__class__") == owner and isinstance(node.get("content"), dict):
                attributes = node["content"].get("content")
                if isinstance(attributes, dict) and key in attributes:
                    changed = change(attributes[key])
                    if changed is not None:
                        attributes[key] = changed

    return with_schema(data, tamper)


def with_array(data, owner, key, change):
    """Return `data` with the array of attribute `key` of each `owner` changed by `change(array)`."""
    files = parts(data)
    schema = json.loads(files["schema.json"])
    for node in nodes(schema):
        if node.get("__class__") == owner and isinstance(node.get("content"), dict):
            held = node["content"].get("content")
            one = held.get(key) if isinstance(held, dict) else None
            if one and one.get("file"):
                array = np.load(io.BytesIO(files[one["file"]]), allow_pickle=False)
                files[f"own{len(files)}.npy"] = npy(change(array.copy()))
                one["file"] = list(files)[-1]
                one.pop("__id__", None)
    used = {one["file"] for one in nodes(schema) if isinstance(one.get("file"), str)}
    files = {name: content for name, content in files.items() if name in used}
    return packed({"schema.json": json.dumps(schema).encode(), **files})


def nodes(value):
    """Yield every JSON object inside `value`."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from nodes(one)


def npy(array):
    held = io.BytesIO()
    np.save(held, array, allow_pickle=False)
    return held.getvalue()


def node(loader, module, name, **fields):
    return {"__class__": name, "__module__": module, "__loader__": loader, **fields}


def value(one):
    """Return the node of a plain JSON value."""
    return node("JsonNode", "builtins", "str", content=json.dumps(one), is_json=True)


def sequence(*inner, kind="list"):
    return node(f"{kind.title()}Node", "builtins", kind, content=list(inner))


def table(**inner):
    types = sequence(*[node("TypeNode", "builtins", "str") for _ in inner])
    return node("DictNode", "builtins", "dict", content=inner, key_types=types)

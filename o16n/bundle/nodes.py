"""Hold every node of a model file against the list, before skops builds anything from it.

skops asks whether a *name* is trusted; which loader uses it, the file says (CVE-2025-54412, -54413).
Here a name is allowed per loader, a node has the fields of its loader and no others, and bound
methods, operators, cached nodes and the loaders of older protocols are not read at all.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.errors import UnsafeModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Node = dict[str, Any]

PROTOCOLS = (2,)
OWN = ("ObjectNode", "FunctionNode", "TypeNode")
KEYS = {"builtins.str", "builtins.int", "builtins.float", "numpy.str_"} | {
    f"numpy.{kind}{bits}" for kind in ("int", "uint", "float") for bits in (8, 16, 32, 64)
}
# Read by the library's own parser of foreign bytes, hence only where the bundle is trusted, as code is.
NATIVE = frozenset(
    {"xgboost.core.Booster", "xgboost.sklearn.XGBClassifier", "xgboost.sklearn.XGBRegressor",
     "xgboost.sklearn.XGBRFClassifier", "xgboost.sklearn.XGBRFRegressor", "lightgbm.basic.Booster",
     "lightgbm.sklearn.LGBMClassifier", "lightgbm.sklearn.LGBMRegressor"}
)  # fmt: skip
BIT_GENERATORS = ("PCG64", "MT19937")
NODE, NODES, NAMED, TEXT, FILE, INDEX, FLAG = (
    "node", "nodes", "named", "text", "file", "index", "flag",
)  # fmt: skip

_REDUCED = {"__reduce__": {"args": NODE}, "content": NODE}
SHAPES: dict[str, dict[str, Any]] = {
    "JsonNode": {"content": TEXT, "is_json": FLAG},
    "DictNode": {"content": NAMED, "key_types": NODE},
    "DefaultDictNode": {"content": {"main": NODE, "default_factory": NODE}},
    "ListNode": {"content": NODES},
    "SetNode": {"content": NODES},
    "TupleNode": {"content": NODES},
    "SliceNode": {"content": {"start": INDEX, "stop": INDEX, "step": INDEX}},
    "BytesNode": {"file": FILE},
    "BytearrayNode": {"file": FILE},
    "ConstructorFromReduceNode": {"content": NODE},
    "PartialNode": {"content": {"func": NODE, "args": NODE, "kwds": NODE, "namespace": NODE}},
    "TypeNode": {},
    "FunctionNode": {},
    "NdArrayNode": {"type": TEXT, "file": FILE},
    "MaskedArrayNode": {"content": {"data": NODE, "mask": NODE}},
    "DTypeNode": {"content": NODE},
    "RandomStateNode": {"content": NODE},
    "RandomGeneratorNode": {"content": {"bit_generator": NODE, "seed_seq": NODE}},
    "SparseMatrixNode": {"type": TEXT, "file": FILE},
    "TreeNode": _REDUCED,
    "LossNode": _REDUCED,
    "ObjectNode": {"content": NODE},
}
_OBJECT_ARRAY = {"type": TEXT, "content": NODES, "shape": NODE}


@cache
def allowed() -> Mapping[str, frozenset[str]]:
    """Return, by loader, the exact names of types and functions that a model file may use."""
    found: dict[str, set[str]] = {}
    loader = ""
    for line in (Path(__file__).parent / "allowed.txt").read_text().splitlines():
        if line.startswith("["):
            loader = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(loader, set()).add(line)
    return {one: frozenset(names) for one, names in found.items()}


DEEPEST = 200  # a forest stands about ten levels deep


def check(schema: Any, *, own: frozenset[str] = frozenset()) -> None:
    """Refuse a model file's schema.json that holds anything o16n does not load.

    Args:
        schema: the parsed document.
        own: full names of the notebook's own classes and functions, where their code is trusted,
            and `NATIVE` where the library's parser is.

    Raises:
        UnsafeModel: names the type or function, or says which part is not as skops writes it.
    """
    if not isinstance(schema, dict) or schema.get("protocol") not in PROTOCOLS:
        raise _unsafe(f"is not of skops protocol {PROTOCOLS[0]}")
    if type(schema["protocol"]) is not int or not isinstance(schema.get("_skops_version"), str):
        raise _unsafe("does not say which skops wrote it")
    root = {k: v for k, v in schema.items() if k not in ("protocol", "_skops_version")}
    for node in list(walk(root)):  # the form of all of them first: rules look at children
        loader = node["__loader__"]
        if not is_known(node, own):
            raise _unsafe(f"names {name_of(node)} ({loader}), which o16n does not load")
        if rule := RULES.get(loader):
            rule(node)


def walk(root: Any) -> Iterator[Node]:
    """Yield every node at and below `root`, in the order of the text.

    Raises:
        UnsafeModel: a node has other fields than its loader reads, or stands deeper than any
            interpreter's stack is sure to hold.
    """
    pending = [(root, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > DEEPEST:
            raise _unsafe(f"is nested deeper than {DEEPEST} levels")
        _refuse_stranger(node)
        shape = _shape(node)
        inside = {k: v for k, v in node.items() if k not in _HEAD}
        if node["__loader__"] == "ObjectNode" and not inside:
            yield node
            continue
        children = list(_children(shape, inside, node))
        yield node
        pending += [(child, depth + 1) for child in reversed(children)]


def files_of(root: Any) -> Iterator[Node]:
    """Yield every node whose bytes stand in a file of their own."""
    return (node for node in walk(root) if "file" in node)


def is_known(node: Node, own: frozenset[str] = frozenset()) -> bool:
    """Tell whether what a node names stands on the list for its loader, or is in `own`."""
    name, loader = name_of(node), node["__loader__"]
    return name in allowed().get(loader, ()) or (name in own and loader in OWN)


def name_of(node: Node) -> str:
    """Return the full name of the type or function that a node names."""
    return f"{node['__module__']}.{node['__class__']}"


def plain(node: Any) -> Any:
    """Return the value of a JSON node, None for any other."""
    if not isinstance(node, dict) or node.get("__loader__") != "JsonNode":
        return None
    try:
        return json.loads(node["content"])
    except (ValueError, RecursionError) as error:
        raise _unsafe("holds a value that is not JSON") from error


def _shape(node: Node) -> dict[str, Any]:
    loader = node["__loader__"]
    if loader == "NdArrayNode" and node.get("type") == "json":
        return _OBJECT_ARRAY
    if loader not in SHAPES:
        raise _unsafe(f"uses the loader {str(loader)[:60]!r}, which o16n does not read")
    return SHAPES[loader]


_HEAD = ("__class__", "__module__", "__loader__", "__id__")


def _refuse_stranger(node: Any) -> None:
    if not isinstance(node, dict) or not all(
        isinstance(node.get(key), str) for key in ("__class__", "__module__", "__loader__")
    ):
        raise _unsafe("holds a part that names no type")
    if type(node.get("__id__", 1)) is not int:
        raise _unsafe("holds an object id that is not a number")


def _children(shape: Any, value: Any, node: Node) -> Iterator[Node]:
    """Yield the child nodes in `value`, which must have the form that `shape` says."""
    if isinstance(shape, dict):
        if not isinstance(value, dict) or value.keys() != shape.keys():
            raise _unsafe(f"has a {node['__loader__']} with other fields than skops writes")
        for key, inner in shape.items():
            yield from _children(inner, value[key], node)
    elif shape == NODE:
        yield value
    elif shape in (NODES, NAMED):
        if not isinstance(value, list if shape == NODES else dict):
            raise _unsafe(f"has a {node['__loader__']} whose content is of another kind")
        yield from value if isinstance(value, list) else value.values()
    elif not _PLAIN[shape](value):
        raise _unsafe(f"has a {node['__loader__']} whose {shape} is of another kind")


_PLAIN: dict[str, Callable[[Any], bool]] = {
    TEXT: lambda value: isinstance(value, str),
    FILE: lambda value: isinstance(value, str) and "/" not in value and "\\" not in value,
    INDEX: lambda value: value is None or type(value) is int,
    FLAG: lambda value: value is True,
}


def _dictionary(node: Node) -> None:
    """Keys are made by calling the key's type: only types of plain keys, one for each key."""
    types = node["key_types"]
    if types.get("__loader__") != "ListNode" or len(types["content"]) != len(node["content"]):
        raise _unsafe("has a dictionary whose keys and key types do not agree")
    for one in types["content"]:
        if one.get("__loader__") != "TypeNode" or name_of(one) not in KEYS:
            raise _unsafe(f"has a dictionary with keys of type {one.get('__class__')}")


def _default(node: Node) -> None:
    factory, main = node["content"]["default_factory"], node["content"]["main"]
    if factory.get("__loader__") not in ("TypeNode", "JsonNode"):
        raise _unsafe("has a defaultdict whose default is not a type")
    if main.get("__loader__") != "DictNode":
        raise _unsafe("has a defaultdict that is made of no dictionary")


def _partial(node: Node) -> None:
    if node["content"]["func"].get("__loader__") != "FunctionNode":
        raise _unsafe("has a partial of something that is not a function by name")


def _generator(node: Node) -> None:
    state = node["content"]["bit_generator"]
    inner = state.get("content") if isinstance(state, dict) else None
    told = plain(inner.get("bit_generator")) if isinstance(inner, dict) else None
    if told not in BIT_GENERATORS:
        raise _unsafe(f"has a random generator of kind {str(told)[:40]!r}")


def _array(node: Node) -> None:
    if node["type"] not in ("numpy", "json") or (node["type"] == "numpy") != ("file" in node):
        raise _unsafe("has an array that is neither numbers nor a list")


def _sparse(node: Node) -> None:
    if node["type"] != "scipy":
        raise _unsafe("has a sparse matrix of another kind than scipy's")


RULES: dict[str, Callable[[Node], None]] = {
    "DictNode": _dictionary,
    "DefaultDictNode": _default,
    "PartialNode": _partial,
    "RandomGeneratorNode": _generator,
    "NdArrayNode": _array,
    "SparseMatrixNode": _sparse,
}


def _unsafe(what: str) -> UnsafeModel:
    return UnsafeModel(
        what,
        where="model.skops",
        hint="only types and functions of o16n's own list are loaded",
    )

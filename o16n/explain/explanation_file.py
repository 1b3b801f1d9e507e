"""explanation.json: written and read back."""

from __future__ import annotations

import types
from dataclasses import asdict, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from o16n.explain.explanation import Explanation

FORMAT = 1


def to_json(explanation: Explanation) -> dict[str, Any]:
    """Return `explanation` as the document explanation.json."""
    return {"format": FORMAT, **asdict(explanation)}


def from_json(document: dict[str, Any]) -> Explanation:
    """Return the explanation that explanation.json tells; what an older one lacks is left empty."""
    told = {name: value for name, value in document.items() if name != "format"}
    found: Explanation = _made(Explanation, told)
    return found


def _made(kind: Any, value: Any) -> Any:
    """Return a JSON value as the type that the dataclass says."""
    if is_dataclass(kind) and isinstance(value, dict):
        hints = get_type_hints(kind)
        known = {one.name for one in fields(kind)}
        given = {
            name: _made(hints[name], one) if name in known else one for name, one in value.items()
        }
        return kind(**given)  # type: ignore[operator] # a class, not an instance of one
    if get_origin(kind) is tuple and isinstance(value, list | tuple):
        inner = get_args(kind)
        each = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_made(one, part) for one, part in zip(each, value, strict=True))
    if get_origin(kind) in (Union, types.UnionType) and value is not None:
        classes = [one for one in get_args(kind) if is_dataclass(one)]
        return _made(classes[0], value) if classes else value
    return value

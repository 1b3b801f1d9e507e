"""What an object is to the record, told by its class alone: importing nothing, running no property."""

from __future__ import annotations

import copy
import zlib
from typing import Any

DATA = frozenset(
    {"frame", "series", "index", "array", "sparse", "list", "tuple", "dict", "estimator", "Bunch",
     "categorical", "booster", "polars"}
)  # fmt: skip
WHOLE = 32 << 20  # bytes up to which an array's content is digested whole, a sample beyond
SAMPLE = 1 << 16
MANY = 10_000
ANSWERS = ("predict", "transform", "fit_resample", "fit_predict", "fit_transform")


def is_estimator(value: object) -> bool:
    """Tell whether `value` has scikit-learn's interface, by its class so that no property runs."""
    kind = type(value)
    return (
        not isinstance(value, type)
        and hasattr(kind, "fit")
        and any(hasattr(kind, name) for name in ANSWERS)
    )


def kind_of(value: object) -> str:
    """Return frame, series, array, sparse, estimator, booster, polars, else the class's own name."""
    name, module = type(value).__name__, type(value).__module__
    if module.startswith("pandas"):
        return {"DataFrame": "frame", "Series": "series"}.get(name, name.lower())
    if name == "ndarray" and module == "numpy":
        return "array"
    if module.startswith("scipy.sparse"):
        return "sparse"
    if module.startswith("polars"):
        return "polars" if name in ("DataFrame", "Series", "LazyFrame") else name
    if name == "Booster":
        return "booster"
    return "estimator" if is_estimator(value) else name


def stamp(value: Any, kind: str) -> Any:
    """Return what changes when `value` changes, None where nothing cheap does.

    Frames: the addresses of their blocks, sound while a shallow copy of them lives, since
    copy-on-write moves what is written to; arrays: their content.
    """
    if kind in ("frame", "series"):
        columns = tuple(value.columns) if kind == "frame" else value.name
        return tuple(map(address, blocks_of(value))), value.shape, id(value.index), columns
    if kind == "array":
        return digest(value), value.shape
    if kind in ("list", "dict", "set"):
        return (len(value), hash(tuple(map(id, value)))) if len(value) < MANY else len(value)
    return None


def digest(array: Any) -> int | None:
    """Return the CRC-32 of an array's content; a strided sample beyond 32 MiB; None for large objects."""
    if array.dtype.hasobject:
        small = array.size < 100 * MANY
        return zlib.crc32(repr(array.ravel()[:2000].tolist()).encode()) if small else None
    if array.dtype.kind in "mM":
        array = array.view("int64")
    if array.nbytes > WHOLE:
        whole = array.flags.c_contiguous
        array = (
            array.reshape(-1)[:: max(1, array.size // SAMPLE)]
            if whole
            else array[:: max(1, len(array) // 1000)]
        )
    if not array.size:
        return 0
    array = array if array.flags.c_contiguous else array.copy(order="C")
    return zlib.crc32(array.reshape(-1).view("uint8"))


def blocks_of(value: Any) -> list[Any]:
    """Return the arrays that a frame or series is made of, or the array itself."""
    manager = getattr(value, "_mgr", None)
    if manager is not None:
        return [block.values for block in manager.blocks]
    return [value] if hasattr(value, "nbytes") else []


def address(array: Any) -> int:
    """Return where an array's memory starts, or the identity of what is none."""
    interface = getattr(array, "__array_interface__", None)
    return int(interface["data"][0]) if interface is not None else id(array)


def freeze(value: Any, *, deep: bool = False) -> Any:
    """Return a copy of a fitted estimator that shares what it learned but no estimator with it.

    `fit` rebinds learned attributes, so that sharing them is safe; `warm_start` and `partial_fit`
    write into them and are copied whole (`deep`).
    """
    if is_estimator(value):
        if deep or getattr(value, "warm_start", False):
            return copy.deepcopy(value)
        new = copy.copy(value)
        for name, part in list(getattr(value, "__dict__", {}).items()):
            frozen = freeze(part)
            if frozen is not part:
                new.__dict__[name] = frozen
        return new
    if type(value) in (list, tuple) and len(value) < 1000:  # noqa: PLR2004 - steps, not data
        parts = [freeze(part) for part in value] if any(map(_may_hold, value)) else []
        changed = any(new is not old for new, old in zip(parts, value, strict=False))
        return type(value)(parts) if changed else value
    if type(value) is dict and any(map(is_estimator, value.values())):
        return {name: freeze(part) for name, part in value.items()}
    return value


def _may_hold(value: Any) -> bool:
    return is_estimator(value) or type(value) in (list, tuple)


def weight(value: Any, depth: int = 6) -> int:
    """Return roughly the bytes that a fitted estimator holds."""
    if hasattr(value, "nbytes"):
        return int(value.nbytes)
    if hasattr(value, "node_count") and hasattr(value, "value"):
        return int(value.node_count * 64 + value.value.nbytes)
    if depth and isinstance(value, list | tuple):
        return weight(value[0], depth - 1) * len(value) if len(value) else 0
    if depth and hasattr(value, "__dict__") and not isinstance(value, type):
        parts = [one for one in vars(value).values() if not callable(one) or is_estimator(one)]
        return sum(weight(one, depth - 1) for one in parts)
    return 64

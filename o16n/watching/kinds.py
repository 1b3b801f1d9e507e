"""What an object is to the record, told by its class alone: no method or property of the notebook's own runs."""

from __future__ import annotations

import sys
import zlib
from itertools import chain, islice
from typing import Any

DATA = frozenset(
    {"frame", "series", "index", "array", "sparse", "list", "tuple", "dict", "estimator", "Bunch",
     "categorical", "booster", "polars", "matrix"}
)  # fmt: skip
CONTAINERS = frozenset({"list", "tuple", "dict", "set"})
MATRICES = frozenset({("xgboost", "DMatrix"), ("xgboost", "QuantileDMatrix"), ("lightgbm", "Dataset"),
                      ("catboost", "Pool")})  # fmt: skip
POLARS = frozenset({"DataFrame", "Series", "LazyFrame"})
ANSWERS = ("predict", "transform", "fit_resample", "fit_predict", "fit_transform")
PLAIN = (str, bytes, int, float, complex, bool, type(None))
PLAIN_MODULES = frozenset({"numpy", "pandas", "datetime", "decimal", "fractions", "uuid"})
COPYING = 3  # the first pandas that always copies on write
WHOLE = 32 << 20  # bytes up to which an array's content is digested whole, a sample beyond
SMALL = 4 << 20  # bytes that are copied for it where they are not contiguous
SAMPLE = 1 << 16
ITEM = 64  # bytes of a number in a list
MANY = 10_000
SHOWN = 1000


def is_estimator(value: object) -> bool:
    """Tell whether `value` has scikit-learn's interface, by its class so that no property runs."""
    kind = type(value)
    return (
        not isinstance(value, type)
        and hasattr(kind, "fit")
        and any(hasattr(kind, name) for name in ANSWERS)
    )


def is_model(value: object) -> bool:
    """Tell whether `value` is an estimator, or what xgboost or lightgbm train natively."""
    return is_estimator(value) or kind_of(value) == "booster"


def library_of(value: object) -> str:
    """Return the top package of the class of `value`."""
    module: object = type(value).__module__  # which a class may set to anything
    return module.partition(".")[0] if isinstance(module, str) else ""


def kind_of(value: object) -> str:
    """Return what `value` is, one of `DATA` or `set` where it can be followed, else its class's name.

    Classes count with their package: a class of the notebook's own that is called DataFrame is none.
    """
    name, library = type(value).__name__, library_of(value)
    if library == "builtins":
        return name
    kind = _by_library(library, name)
    if kind is None and library == "scipy" and type(value).__module__.startswith("scipy.sparse"):
        kind = "sparse"
    if kind is None:
        kind = "estimator" if is_estimator(value) else f"{library}.{name}"
    return kind


def _by_library(library: str, name: str) -> str | None:
    if library == "pandas":
        return {"DataFrame": "frame", "Series": "series"}.get(name, name.lower())
    if library == "numpy" and name == "ndarray":
        return "array"
    if library == "polars" and name in POLARS:
        return "polars"
    if library == "sklearn" and name == "Bunch":
        return name
    if (library, name) in MATRICES:
        return "matrix"
    return "booster" if name == "Booster" and library in ("xgboost", "lightgbm") else None


def is_plain(value: object) -> bool:
    """Tell whether `value` is one number, text, date or nothing: printing and comparing it runs no code of the notebook's."""
    if type(value) in PLAIN:
        return True
    several = hasattr(type(value), "__len__") or callable(value)
    return library_of(value) in PLAIN_MODULES and not several


def is_plain_throughout(value: Any, depth: int = 2) -> bool:
    """Tell whether a container holds plain things only, or containers of them; of a long one a sample is asked."""
    if type(value) is dict:
        parts = list(islice(chain.from_iterable(value.items()), 2 * MANY))
    else:
        parts = list(value if len(value) < MANY else islice(value, 0, None, len(value) // 1000))
    return all(
        is_plain(one)
        or (depth and type(one) in (list, tuple) and is_plain_throughout(one, depth - 1))
        for one in parts
    )


def is_harmless(value: Any) -> bool:
    """Tell whether to show `value` as text runs no code of the notebook's, nor for long."""
    kind = kind_of(value)
    if kind in ("list", "tuple", "dict"):
        return len(value) < SHOWN and is_plain_throughout(value)
    if kind in ("frame", "series", "array"):
        return value.size < SHOWN and all(one.dtype.kind in "biufM" for one in blocks_of(value))
    return value is not None and is_plain(value)


def plainly(value: Any) -> Any:
    """Return `value` where it is plain, or a tuple of such; else its identity, which stands for it."""
    if type(value) is tuple:
        return tuple(map(plainly, value))
    return value if is_plain(value) else ("object", id(value))


def stamp(value: Any, kind: str, *, held: bool = True) -> Any:
    """Return what changes when `value` changes, None where nothing cheap does.

    Arrays: their content. Frames: the addresses of their blocks, which is sound while a shallow copy
    of them is `held` and pandas copies on write, which moves what is written to; where it writes
    through, their content; else a sample of it.
    """
    if kind in ("frame", "series"):
        columns = tuple(map(plainly, value.columns)) if kind == "frame" else plainly(value.name)
        told = sample if not held else address if copies_on_write() else content
        return tuple(map(told, blocks_of(value))), value.shape, id(value.index), columns
    if kind == "array":
        return digest(value), value.shape
    if kind in ("list", "dict", "set"):
        return (len(value), hash(tuple(map(id, value)))) if len(value) < MANY else len(value)
    return None


def digest(array: Any) -> int | None:
    """Return the CRC-32 of an array's content; a strided sample beyond 32 MiB; None for large objects."""
    if array.dtype.hasobject:
        if array.size >= 100 * MANY or array.dtype.names:
            return None
        first = [plainly(one) for one in islice(array.flat, 2000)]
        return zlib.crc32(repr(first).encode("utf-8", "surrogatepass"))
    if array.nbytes > WHOLE or not (array.flags.c_contiguous or array.nbytes <= SMALL):
        return _crc(_strided(array)) if array.size else 0
    return _crc(array) if array.size else 0


def copies_on_write() -> bool:
    """Tell whether a lazy copy of a frame is a copy: always from pandas 3 on, before it where asked for."""
    pandas: Any = sys.modules["pandas"]
    return int(pandas.__version__.partition(".")[0]) >= COPYING or bool(
        pandas.options.mode.copy_on_write
    )


def content(block: Any) -> int:
    """Return the CRC-32 of a frame's block, of the identities where it holds objects."""
    if getattr(block, "__array_interface__", None) is None:
        return id(block)
    return zlib.crc32(block.tobytes()) if block.dtype.hasobject else _crc(block.reshape(-1))


def sample(block: Any) -> int:
    """Return a CRC-32 of a sample of a frame's block; the identity of one that holds objects."""
    interface = getattr(block, "__array_interface__", None)
    if interface is None or block.dtype.hasobject or not block.size:
        return id(block)
    return _crc(_strided(block))


def _strided(array: Any) -> Any:
    """Return some 65,000 elements from all over an array, of whatever order its memory is."""
    if array.flags.f_contiguous and not array.flags.c_contiguous:
        array = array.T
    if array.flags.c_contiguous:
        return array.reshape(-1)[:: max(1, array.size // SAMPLE)]
    each = SAMPLE ** (1 / array.ndim)
    return array[tuple(slice(None, None, max(1, int(size / each))) for size in array.shape)]


def _crc(array: Any) -> int:
    if array.dtype.kind in "mM":
        array = array.view("int64")
    array = array if array.flags.c_contiguous else array.copy(order="C")
    return zlib.crc32(array.reshape(-1).view("uint8"))


def shape_of(value: Any, kind: str) -> tuple[int, ...]:
    """Return rows and columns, or a container's length; () for what has neither."""
    if kind in CONTAINERS:
        return (len(value),)
    if kind in ("estimator", "booster", "Bunch"):
        return ()
    if kind == "matrix":
        return _matrix_shape(value)
    shape = getattr(value, "shape", ())
    return tuple(map(int, shape)) if isinstance(shape, tuple) else ()


def _matrix_shape(value: Any) -> tuple[int, ...]:
    """Return (rows, columns) of a native training matrix, () before it is built."""
    names = ("num_row", "num_col"), ("num_data", "num_feature")
    for rows, columns in names:
        if hasattr(type(value), rows):
            try:
                return int(getattr(value, rows)()), int(getattr(value, columns)())
            except Exception:  # noqa: BLE001 - lightgbm raises its own where the data is not built yet
                return ()
    return tuple(map(int, value.shape)) if hasattr(type(value), "shape") else ()


def blocks_of(value: Any) -> list[Any]:
    """Return the arrays that a frame or series is made of, or the array itself."""
    kind = kind_of(value)
    if kind in ("frame", "series"):
        return [block.values for block in value._mgr.blocks]  # noqa: SLF001 - nothing public tells them
    return [value] if kind == "array" else []


def size_of(value: Any, kind: str) -> int:
    """Return roughly the bytes of what a value holds."""
    if kind in ("list", "tuple"):
        return len(value) * ITEM
    if kind == "polars" and hasattr(type(value), "estimated_size"):
        return int(value.estimated_size())
    if kind == "sparse":
        return int(value.nnz * 2 * ITEM // 8)
    return sum(int(getattr(block, "nbytes", 0)) for block in blocks_of(value))


def address(array: Any) -> int:
    """Return where an array's memory starts, or the identity of what is none."""
    interface = getattr(array, "__array_interface__", None)
    return int(interface["data"][0]) if interface is not None else id(array)


def attributes(value: object) -> dict[str, Any]:
    """Return the attributes that an object has of its own, past any code of its class."""
    try:
        found = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return found if type(found) is dict else {}

"""What notebooks make of a prediction before they measure it, recognised by content."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

COLUMNS = 3  # of a matrix of probabilities, those that are looked at one by one
DIGITS = 9


def flat(value: Any) -> Array | None:
    """Return numbers or texts as an array, a table of one column as (n,); None for what is neither."""
    import numpy as np

    try:
        array = np.asarray(value)
        array = array.astype("float64") if array.dtype.kind in "biuf" else array.astype(str)
    except (ValueError, TypeError):
        return None
    return array.reshape(-1) if array.ndim < 2 or array.shape[1] == 1 else array  # noqa: PLR2004


def mark(array: Array | None) -> int | None:
    """Return the CRC-32 of an array's content, whatever holds it and whatever its numeric type."""
    import numpy as np

    if array is None:
        return None
    rounded = array if array.dtype.kind == "U" else np.round(array, DIGITS) + 0.0
    return zlib.crc32(np.ascontiguousarray(rounded).tobytes())


def forms(prediction: Any) -> dict[int | None, str]:
    """Return, by mark, what is simply derived from a prediction (n,) or (n, k), and how."""
    import numpy as np

    array = flat(prediction)
    if array is None:
        return {}
    found: dict[int | None, str] = {mark(array): "equal"}
    if array.dtype.kind != "f":
        return found
    native = np.asarray(prediction)  # exp of a float32 is not exp of its float64
    numbers = native.reshape(array.shape) if native.dtype.kind == "f" else array
    columns = [numbers] if array.ndim == 1 else list(numbers.T[:COLUMNS])
    with np.errstate(all="ignore"):
        for column in columns:
            for how, made in _derived(column):
                found.setdefault(mark(np.asarray(made, "float64")), how)
    if array.ndim == 2:  # noqa: PLR2004 - probabilities
        found.setdefault(mark(array.argmax(axis=1).astype("float64")), "argmax")
    return found


def _derived(column: Array) -> list[tuple[str, Array]]:
    import numpy as np

    return [
        ("a column", column),
        ("> 0.5", column > 0.5),  # noqa: PLR2004 - the usual threshold
        (">= 0.5", column >= 0.5),  # noqa: PLR2004
        ("rounded", np.round(column)),
        ("exp", np.exp(column)),
        ("expm1", np.expm1(column)),
        ("10 to the power", 10.0**column),
        ("absolute", np.abs(column)),
        ("square", np.square(column)),
    ]


def shows(value: float, text: str) -> bool:
    """Tell whether a printed number shows `value`, its percentage or its root, to all its digits (three or more)."""
    import math

    text = text.replace(",", "").lower()
    mantissa, _, exponent = text.partition("e")
    digits = mantissa.lstrip("-").replace(".", "").lstrip("0")
    if len(digits) < 3 or not math.isfinite(value):  # noqa: PLR2004 - fewer prove nothing
        return False
    unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    meant = (value, 100 * value, math.sqrt(abs(value)))
    return any(abs(one - float(text)) <= 0.5001 * unit for one in meant)

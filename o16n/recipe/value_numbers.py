"""Numbers that JSON has no word for, as text and back, and the error for what is no data."""

from __future__ import annotations

import struct
from typing import Any


class UnwritableError(ValueError):
    """A value that cannot be written as data; the text says what it is, `hint` what to do."""

    def __init__(self, text: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(text)


def odd_float(value: float) -> str:
    """Return a number that JSON has not as text: `nan`, `inf`, `-inf`, or its bits where it is another NaN."""
    bits = struct.pack(">d", value)
    plain = {struct.pack(">d", float(one)): one for one in ("nan", "inf", "-inf")}
    return plain.get(bits) or f"0x{bits.hex()}"


def float_of(told: Any) -> float:
    """Return the number that `odd_float` wrote."""
    if not isinstance(told, str):
        raise TypeError("not a number as text")
    if told.startswith("0x"):
        return float(struct.unpack(">d", bytes.fromhex(told[2:]))[0])
    return float(told)

"""Objects between this process and the child that it starts itself, as `multiprocessing` hands them over.

What is unpacked here was packed by the other end, in a folder that only this user can write. No file of
a bundle, and nothing that anybody else wrote, comes near it.
"""

from __future__ import annotations

import pickle
from typing import Any


def packed(value: Any) -> bytes:
    """Return an object for the other process, `b""` where it cannot be handed over."""
    try:
        return pickle.dumps(value)
    except Exception:  # noqa: BLE001 - foreign classes raise anything; the other end does without
        return b""


def unpacked(data: bytes) -> Any:
    """Return the object that the other process packed, None where it is of no use here."""
    try:
        return pickle.loads(data)  # noqa: S301 - of our own child or parent
    except Exception:  # noqa: BLE001 - a class that only the other process has
        return None

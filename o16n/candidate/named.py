"""What a kernel's names hold, one step into dicts and lists."""

from __future__ import annotations

from typing import Any

ASIDE = {"In", "Out", "exit", "quit", "get_ipython", "open"}


def named_values(namespace: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return (name, value) of the kernel's names, and of what a dict or list of theirs holds."""
    found = []
    for name, value in list(namespace.items()):
        if name.startswith("_") or name in ASIDE:
            continue
        found.append((name, value))
        if isinstance(value, dict):
            found += [(f"{name}[{key!r}]", one) for key, one in list(value.items())[:100]]
        elif isinstance(value, list | tuple):
            for place, one in enumerate(value[:100]):
                inner = one[-1] if isinstance(one, tuple) and one else one
                found.append((f"{name}[{place}]", inner))
    return found

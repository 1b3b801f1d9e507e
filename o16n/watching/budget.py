"""How much memory evidence may take: a share of what the process takes anyway."""

from __future__ import annotations

import sys

SHARE = 0.02
CEILING = 256 << 20


def allowance(floor: int) -> int:
    """Return the bytes allowed: `floor`, or 2 % of the process's peak where that is more; at most 256 MiB."""
    return max(floor, min(CEILING, int(peak() * SHARE)))


def peak() -> int:
    """Return the largest resident memory of this process so far in bytes, 0 where nobody tells."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

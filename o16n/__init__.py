"""From a training notebook to a model that operations can run and a reviewer can sign.

The names below are what other programs may rely on; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from o16n.bundle.read import open_bundle
    from o16n.bundle.verify import verify
    from o16n.errors import O16nError
    from o16n.scoring.scorer import load_scorer

__version__ = "0.1.0"
__all__ = [
    "O16nError",
    "__version__",
    "load_ipython_extension",
    "load_scorer",
    "open_bundle",
    "verify",
]

_HOME = {
    "O16nError": "o16n.errors",
    "load_scorer": "o16n.scoring.scorer",
    "open_bundle": "o16n.bundle.read",
    "verify": "o16n.bundle.verify",
}


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Make `%o16n` known to IPython and watch the cells that follow; the rest is imported on use."""
    from o16n.magics import register
    from o16n.watching.watch import install

    register(shell)
    install(shell)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'o16n' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""From a training notebook to a model that operations can run and a reviewer can sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__version__ = "0.1.0"


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Make `%o16n` known to IPython; nothing else is imported until it is used."""
    from o16n.magics import register

    register(shell)

"""Which installed kernel runs a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from o16n.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

GENERIC = "python3"


@dataclass(frozen=True, kw_only=True)
class Kernel:
    """An installed kernel; `note` says why it is another than the notebook's, empty where it is not."""

    name: str
    note: str = ""


def installed_kernels() -> tuple[str, ...]:
    """Return the names of the kernels that Jupyter finds here."""
    from jupyter_client.kernelspec import KernelSpecManager

    return tuple(sorted(KernelSpecManager().find_kernel_specs()))


def choose_kernel(named: str, found: Collection[str], *, asked: str | None = None) -> Kernel:
    """Return the kernel for a Python notebook that names `named`, `asked` being the person's word.

    A name that is not installed, such as that of a conda environment on the author's machine, falls
    back to `python3`, and the note says so.

    Raises:
        UnknownName: `asked` is not installed.
        UsageError: neither `named` nor `python3` is installed.
    """
    if asked is not None:
        if asked not in found:
            raise UnknownName("kernel", asked, found)
        return Kernel(name=asked)
    if named in found:
        return Kernel(name=named)
    others = f"found: {', '.join(sorted(found)) or 'none'}"
    if GENERIC not in found:
        raise UsageError(
            f"kernel {named!r} is not installed here",
            where=others,
            hint="install ipykernel, or name another by --kernel",
        )
    return Kernel(
        name=GENERIC,
        note=f"kernel {named!r} is not installed here ({others}); running in {GENERIC}",
    )


def does_not_start(kernel: str, reason: str = "") -> UsageError:
    """Return the error for a kernel that is installed but does not come up."""
    return UsageError(
        f"the kernel did not start: {reason}" if reason else "the kernel did not start",
        where=f"kernel {kernel!r}",
        hint="see what `jupyter kernelspec list` says of it, or name another by --kernel",
    )


def lacks_o16n(python: str, *, pip: bool) -> UsageError:
    """Return the error for a kernel whose environment, that of the interpreter `python`, lacks o16n."""
    import shlex

    program = shlex.quote(python)
    installer = f"{program} -m pip install" if pip else f"uv pip install --python {program}"
    return UsageError(
        "the kernel's environment lacks o16n, which packages from inside it",
        where=python,
        hint=f"install it there: {installer} o16n",
    )

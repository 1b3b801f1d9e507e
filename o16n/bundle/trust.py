"""Whose code may run: identities packaged by this user here, or accepted by name."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from o16n.errors import TrustRequired
from o16n.files import read_regular, write_atomically

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.bundle.read import Bundle


OTHERS_WRITE = 0o022
LARGEST = 2**24
MODEL = "model/model.skops"
CODE = "model/code/"  # what runs, and needs trust


def store() -> Path:
    """Return the file of trusted identities: `O16N_TRUST`, else in the user's configuration."""
    told = os.environ.get("O16N_TRUST")
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Path(told) if told else base / "o16n" / "trust"


def remember(identity: str) -> None:
    """Trust `identity` from now on; the file is readable by this user only.

    Raises:
        TrustRequired: the store is another user's, or others could have written into it.
    """
    place = store()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(place.parent):  # else one of two packagings forgets what the other remembered
        known = _known()
        write_atomically(place, "\n".join(sorted({*known, identity})) + "\n", mode=0o600)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes that ask for `folder` waiting, where the system has such locks."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def require(bundle: Bundle, accepted: str | None) -> None:
    """Let pass a bundle whose identity is in the store or is exactly `accepted`.

    What asks for it is code of the notebook, or a model that xgboost or lightgbm read by a parser of
    their own, which was not made for bytes of strangers.

    Raises:
        TrustRequired: nobody accepted it.
    """
    if accepted == bundle.identity or bundle.identity in _known():
        return
    code = [one for one in bundle.names() if one.startswith(CODE)]
    what = "code of its notebook" if code else "a model that a native parser reads"
    said = f"the bundle holds {what}, which nobody here has accepted"
    if accepted is not None:
        said = f"--trust-code {accepted[:80]} accepts another bundle's code, not this one's"
    raise TrustRequired(
        said,
        where=", ".join(code) or MODEL,
        hint=f"{'read it' if code else 'be sure who made it'}, then add --trust-code {bundle.identity}",
    )


def _known() -> set[str]:
    place = store()
    try:
        data = read_regular(place, LARGEST)
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise TrustRequired(f"cannot be read: {error.strerror}", where=str(place)) from error
    kind = place.lstat()
    owned = not hasattr(os, "geteuid") or kind.st_uid in (0, os.geteuid())
    if data is None or not owned or (os.name == "posix" and kind.st_mode & OTHERS_WRITE):
        raise TrustRequired(
            "is a trust store that others can write, so it tells nothing",
            where=str(place),
            hint="look at what it lists, then make it yours alone (chmod 600) or remove it",
        )
    return set(data.decode("ascii", "replace").split())

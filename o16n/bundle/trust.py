"""Whose code may run: identities packaged by this user here, or accepted by name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from o16n.errors import TrustRequired
from o16n.files import write_atomically

if TYPE_CHECKING:
    from o16n.bundle.read import Bundle


def store() -> Path:
    """Return the file of trusted identities: `O16N_TRUST`, else in the user's configuration."""
    told = os.environ.get("O16N_TRUST")
    base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return Path(told) if told else base / "o16n" / "trust"


def remember(identity: str) -> None:
    """Trust `identity` from now on; the file is readable by this user only."""
    place = store()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = place.read_text().split() if place.is_file() else []
    write_atomically(place, "\n".join(sorted({*known, identity})) + "\n", mode=0o600)


def require(bundle: Bundle, accepted: str | None) -> None:
    """Let pass a bundle whose identity is in the store or is exactly `accepted`.

    Raises:
        TrustRequired: nobody accepted its code.
    """
    place = store()
    known = place.read_text().split() if place.is_file() else []
    if bundle.identity in known or accepted == bundle.identity:
        return
    raise TrustRequired(
        "the bundle holds code of its notebook, which nobody here has accepted",
        where="model/code/notebook_code.py",
        hint=f"read it, then add --trust-code {bundle.identity}",
    )

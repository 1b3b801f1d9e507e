"""What the checks look at, with the work that several of them share done once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.bundle.schema import Schema
    from o16n.candidate.candidate import Candidate
    from o16n.explain.explanation import Explanation
    from o16n.notebook.notebook import Notebook
    from o16n.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A candidate with everything known about it; `bundle` is the staged directory on disk."""

    candidate: Candidate
    schema: Schema
    explanation: Explanation
    notebook: Notebook
    settings: Settings
    bundle: Path
    seed: int = 0

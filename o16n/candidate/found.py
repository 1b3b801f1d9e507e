"""What was found out about a notebook: by the record, or inferred where nobody watched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from o16n.candidate.candidate import NotebookMetric, Part, RawData, Reason
    from o16n.notebook.notebook import Finding


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Train and test part with the reasons; the test part is None where nothing was held back."""

    train: Part
    test: Part | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """A model under its author's name, why it is the one, its data, and what was read.

    `metrics` are those tied to a call of the notebook, empty where nobody watched; `watched` names the mechanism that
    watched, "" where all this is inferred; `ranking` are the contenders, the chosen one first.
    `proposed` where the evidence ranks but does not decide, `answered` where a person did; `typed` is
    what to type after --model for the model, `instead` for each other contender. `odd` is what the
    record finds odd about the notebook.
    """

    name: str
    model: Any
    reason: Reason
    parts: Parts
    sources: tuple[RawData, ...]
    metrics: tuple[NotebookMetric, ...] = ()
    watched: str = ""
    ranking: tuple[str, ...] = ()
    proposed: bool = False
    instead: tuple[str, ...] = ()
    answered: bool = False
    typed: str = ""
    odd: tuple[Finding, ...] = ()

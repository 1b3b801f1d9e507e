"""What the first run read, learned and split: the trace is answered from it instead of doing it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from o16n.recipe.handover import unpacked

if TYPE_CHECKING:
    from o16n.recipe.program import Site

Kind = Literal["read", "fit", "split", "resample", "living"]


@dataclass(kw_only=True)
class Reply:
    """One answer: the call it belongs to, and its value as the parent process handed it over."""

    kind: Kind
    name: str
    cell: int
    line: int
    data: bytes
    used: bool = False


@dataclass(kw_only=True)
class Replies:
    """The answers of the record, each given once, in the order of the run.

    Code in a module beside the notebook has no cell: it gets the first answer to its name.
    """

    all_of: list[Reply] = field(default_factory=list)

    def living(self, told: str) -> Any | None:
        """Return a fitted predictor that the kernel's names hold, by its `repr`, where only one has it."""
        fitting = [one for one in self.all_of if one.kind == "living" and one.name == told]
        if len(fitting) != 1:
            return None
        return unpacked(fitting[0].data)

    def take(self, kind: Kind, name: str, site: Site) -> Any | None:
        """Return the answer to a call at a place, None where the record has none.

        The line of a call that spans several may differ from the place; then the first unused answer
        to the same name in the same cell is meant.
        """
        fitting = [
            one for one in self.all_of if one.kind == kind and one.name == name and not one.used
        ]
        here = [one for one in fitting if one.cell == site.cell]
        exact = [one for one in here if one.line == site.line]
        for one in (*exact, *here, *(fitting if site.cell == 0 else ()))[:1]:
            one.used = True
            return unpacked(one.data)
        return None

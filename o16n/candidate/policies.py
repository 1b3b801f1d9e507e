"""Policies for levels that training never had, where the columns themselves are the recipe."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from o16n.recipe.match import raw_rows
from o16n.recipe.proof import Use
from o16n.recipe.prove import prove
from o16n.recipe.unseen import levels_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from o16n.candidate.candidate import Candidate
    from o16n.recipe.refusal import Unseen


def with_policies(candidate: Candidate, asked: Mapping[str, Unseen]) -> Candidate:
    """Return a candidate whose recipe is proven under the policies, where it is proven already.

    Raises:
        UsageError: a column that the raw rows do not have, or that has no levels.
    """
    if not asked or candidate.recipe.state != "proven" or candidate.raw is None:
        return candidate
    raw, parts = candidate.raw.frame, [candidate.train, candidate.test]
    unseen = levels_of(raw, asked)
    uses = [
        Use(matrix=part.X, places=found.places)
        for part in parts
        if part is not None and (found := raw_rows(raw, part.X)) is not None
    ]
    recipe, proof = prove(replace(candidate.recipe, unseen=unseen), raw, uses, candidate.model)
    return replace(candidate, recipe=recipe, proof=proof)

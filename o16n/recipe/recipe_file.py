"""recipe.json: read and written, unknown fields and operations refused."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from o16n.bundle.document import read_versioned
from o16n.recipe.recipe import FORMAT, Recipe
from o16n.recipe.replay import check

WHERE = "recipe.json"


def to_json(recipe: Recipe) -> dict[str, Any]:
    """Return `recipe` as the document recipe.json."""
    return {"format": FORMAT, **asdict(recipe)}


def from_json(document: Any) -> Recipe:
    """Return the recipe that recipe.json tells.

    Raises:
        BundleError: the document has another format, unknown fields, or an operation that o16n does
            not know or whose arguments are not its own.
    """
    recipe = read_versioned(Recipe, document, version=FORMAT, where=WHERE)
    check(recipe)
    return recipe

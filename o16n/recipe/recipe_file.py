"""recipe.json: read and written, unknown fields refused."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from o16n.errors import BundleError
from o16n.recipe.recipe import FORMAT, Operation, Preparation, Recipe


def to_json(recipe: Recipe) -> dict[str, Any]:
    """Return `recipe` as the document recipe.json."""
    return {"format": FORMAT, **asdict(recipe)}


def from_json(document: dict[str, Any]) -> Recipe:
    """Return the recipe that recipe.json tells.

    Raises:
        BundleError: the document has another format or unknown fields.
    """
    told = dict(document)
    if told.pop("format", None) != FORMAT:
        raise BundleError(
            f"has format {document.get('format')!r}, not {FORMAT}", where="recipe.json"
        )
    known = {one.name for one in fields(Recipe)}
    if unknown := told.keys() - known:
        raise BundleError(f"unknown field {min(unknown)!r}", where="recipe.json")
    if told.get("state") not in ("proven", "missing", "no raw data"):
        raise BundleError(f"has an unknown state {told.get('state')!r}", where="recipe.json")
    try:
        operations = tuple(Operation(**one) for one in told.pop("operations"))
        preparation = tuple(Preparation(**one) for one in told.pop("preparation"))
        inputs = told.pop("inputs")
        columns = tuple(told.pop("raw_columns"))
        return Recipe(
            operations=operations,
            preparation=preparation,
            raw_columns=columns,
            inputs=tuple(inputs) if inputs is not None else None,
            **told,
        )
    except (TypeError, KeyError) as error:
        raise BundleError(f"is not a recipe: {error}", where="recipe.json") from error

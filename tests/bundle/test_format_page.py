"""docs/reference/bundle-format.md names every file and every field of the three example bundles."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from o16n.bundle.read import open_bundle
from o16n.bundle.schema import Column, Outputs, Schema
from o16n.recipe.program import Operation, Shape
from o16n.recipe.recipe import FrozenSize, Preparation, Recipe
from o16n.recipe.recipe_file import CODE, TABLES
from o16n.scoring.golden import Golden, Numbers, Rows, Tolerance

PAGE = (Path(__file__).parents[2] / "docs/reference/bundle-format.md").read_text()
WORDS = set(re.findall(r"`([^`]+)`", PAGE))


def _section(title):
    return set(re.findall(r"`([^`]+)`", PAGE.partition(f"\n### {title}\n")[2].partition("\n#")[0]))


@pytest.mark.parametrize("name", ["credit", "penguins", "diabetes"])
def test_every_file_of_an_example_is_described(name, request):
    bundle = open_bundle(request.getfixturevalue(name).bundle)
    assert [one for one in bundle.names() if one not in WORDS] == []


@pytest.mark.parametrize("name", ["credit", "penguins", "diabetes"])
def test_every_field_of_an_example_is_described(name, request):
    bundle = open_bundle(request.getfixturevalue(name).bundle)
    for file in ("manifest.json", "evidence/manifest.json", "recipe/recipe.json", "schema.json", "golden.json", "profile.json"):  # fmt: skip
        told = bundle.json(file)
        found = set(told)
        for key in ("columns", "operations", "preparation", "outputs", "rows", "tolerance"):
            inner = told.get(key)
            parts = inner if isinstance(inner, list) else [inner]
            if file == "profile.json" and isinstance(inner, dict):
                parts = list(inner.values())
            found |= {field for one in parts if isinstance(one, dict) for field in one}
        if "files" in told:
            found |= {field for one in told["files"].values() for field in one}
        assert found - _section(file) == set(), file


@pytest.mark.parametrize(
    ("file", "kinds"),
    [
        ("schema.json", (Schema, Column, Outputs)),
        ("recipe/recipe.json", (Recipe, Operation, Preparation, Shape, FrozenSize)),
        ("golden.json", (Golden, Rows, Tolerance, Numbers)),
    ],
    ids=["schema", "recipe", "golden"],
)
def test_every_field_that_a_document_may_have_is_described(file, kinds):
    names = {one.name for kind in kinds for one in fields(kind)}
    assert names - _section(file) == set()


def test_the_page_tells_no_file_that_nothing_writes(credit, penguins, diabetes):
    written = {n for one in (credit, penguins, diabetes) for n in open_bundle(one.bundle).names()}
    listed = {
        word
        for line in PAGE.splitlines()
        if line.startswith("| `")
        for word in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    lifted = {TABLES, CODE}  # of notebooks with look-ups or functions of their own: tests/recipe
    assert listed - written == {"model/code/notebook_code.py", "approvals/", *lifted}
    assert json.dumps(sorted(written))

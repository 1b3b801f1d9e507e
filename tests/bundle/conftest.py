"""A bundle of three small files with its evidence, made anew for each test."""

from __future__ import annotations

import pytest

from o16n.bundle import write

SMALL = {
    "model/model.skops": b"not opened by verify",
    "schema.json": b"{}\n",
    "recipe/recipe.json": b"[1]\n",
}
KNOWN = {"run.json": b"{}\n", "notebook/source.ipynb": b"{}"}
DATE = "2026-01-01T00:00:00Z"


@pytest.fixture
def bundle(tmp_path):
    staged = write.stage(SMALL, name="small", version="1", beside=tmp_path / "small-1")
    write.add_evidence(staged, KNOWN, date=DATE)
    return write.publish(staged, tmp_path / "small-1")

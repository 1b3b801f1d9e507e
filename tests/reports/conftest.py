"""Golden files of what is rendered, and one browser for the module that asks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def golden():
    """Compare text with its golden file; with O16N_GOLDEN set, write it."""

    def compare(kind, name, text):
        path = GOLDEN / kind / name
        if os.environ.get("O16N_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"O16N_GOLDEN=1 writes {name} anew"

    return compare

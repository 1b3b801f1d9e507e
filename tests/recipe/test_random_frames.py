"""Chains of row-wise statements on random rows are lifted, or refused with their line: never wrong.

The two thousand of them run in the session `stress`.
"""

from __future__ import annotations

import pytest

from tests.recipe.chains import outcomes
from tests.recipe.random_frames import LINKS

SAMPLE = 40


@pytest.mark.filterwarnings("ignore")
def test_a_sample_of_random_chains(tmp_path):
    found = outcomes(SAMPLE, tmp_path)
    assert [one for one in found if one[1].state == "wrong"] == []
    assert all("cell 2 line" in one.why for _, one in found if one.state == "refused")
    tried = [one.state for _, one in found if one.state != "fails"]
    assert tried.count("lifted") >= 0.85 * len(tried) > 0.5 * SAMPLE


def test_a_link_says_what_it_needs():
    kinds = {"number", "whole", "truth", "text", "object", "level", "date", ""}
    for one in LINKS:
        assert set(one.kinds) <= kinds
        assert one.then in kinds | {"same"}
        assert ("{n}" in one.code) == bool(one.new) or one.then == ""

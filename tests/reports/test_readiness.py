"""The page's parts: sections in the order of what needs attention, figures where checks name them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.reports.readiness import STATES, drawn, glance, pictures, readiness_page, sections
from tests.reports.contents import ATTACKS, CONDITIONS, MINIMAL, NOT_READY, READY


def with_states(*states):
    """Return a content whose checks have these states, in one section."""
    outcomes = [
        {"code": f"C-{n:02}", "section": "Data", "outcome": {"state": state}, "blocks": False}
        for n, state in enumerate(states)
    ]
    return replace(MINIMAL, readiness={"outcomes": outcomes})


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_checks_of_a_section_stand_in_the_order_of_what_needs_attention(states):
    found = sections(with_states(*states))
    assert [name for name, _ in found] == (["Data"] if states else [])
    told = [STATES.index(one["outcome"]["state"]) for _, some in found for one in some]
    assert told == sorted(told)
    assert len(told) == len(states)


def test_sections_stand_in_the_order_of_the_checklist():
    assert [name for name, _ in sections(READY)] == ["Model", "Governance", "Business"]
    assert sections(MINIMAL) == []


def test_the_figures_that_a_check_names_are_drawn_and_unknown_ones_are_left_out():
    found = drawn(READY)
    assert len(found["MOD-02"]) == 2
    assert len(found["MOD-03"]) == 1, "a figure of a newer check is no figure here"
    assert found["GOV-01"] == []


def test_what_is_looked_at_first_is_the_baseline_the_drivers_and_the_checks_figures():
    places = [anchor for anchor, _, _ in glance(READY)]
    assert places[:2] == ["MOD-01", "drivers"]
    assert set(places[2:]) == {"MOD-02", "MOD-03", "MOD-04"}
    assert glance(MINIMAL) == []


def test_without_an_explanation_there_is_no_picture_of_one():
    assert pictures(MINIMAL) == {"drivers": "", "cases": []}
    assert len(pictures(READY)["cases"]) == len(READY.explanation["cases"])
    assert all("figure" in one for one in pictures(READY)["cases"])


@pytest.mark.parametrize(
    "content", [READY, NOT_READY, CONDITIONS, MINIMAL], ids=lambda c: c.verdict
)
def test_the_page_allows_what_it_holds_by_digest_and_nothing_else(content):
    page = readiness_page(content)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert "default-src 'none'" in policy.replace("&#39;", "'")
    for tag in ("style", "script"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy.replace("&#39;", "'").replace("&#43;", "+")
    assert "unsafe" not in policy


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_embedded_documents_come_back_as_they_went_in(attack):
    content = replace(READY, name=attack, candidate={**READY.candidate, "name": attack})
    page = readiness_page(content)
    (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert json.loads(data) == json.loads(json.dumps(asdict(content)))
    assert not set("<>&\u2028\u2029") & set(data)

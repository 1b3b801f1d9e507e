"""A page says what the bundle's documents say, and of a document that is missing that it is not known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from o16n.bundle.read import open_bundle
from o16n.reports.content import DOCUMENTS, from_bundle
from tests.reports.contents import CONDITIONS, MINIMAL, NOT_READY, OLDER, READY


def about(**candidate):
    return replace(MINIMAL, candidate=candidate)


def test_an_outcome_is_found_by_its_code_and_is_empty_where_nobody_asked():
    assert READY.outcome("MOD-02")["state"] == "Passed"
    assert READY.outcome("XXX-99") == {}
    assert MINIMAL.outcome("MOD-02") == {}


def test_the_verdict_is_the_checklists_and_not_known_without_one():
    assert [one.verdict for one in (READY, NOT_READY, CONDITIONS, MINIMAL)] == [
        "ready",
        "not ready",
        "ready with conditions",
        "not known",
    ]


def test_what_stands_in_the_way_and_what_only_decides_are_told_apart():
    assert [one["code"] for one in NOT_READY.blocking] == ["REC-01"]
    assert NOT_READY.conditions == []
    assert CONDITIONS.blocking == []
    assert [one["code"] for one in CONDITIONS.conditions] == ["SEC-01"]
    assert MINIMAL.blocking == MINIMAL.conditions == []


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ({"cell": 7, "line": 3}, "cell 7 line 3: it is odd"),
        ({"cell": 7, "line": None}, "cell 7: it is odd"),
        (None, "it is odd"),
    ],
)
def test_what_is_odd_is_told_with_the_place_that_is_known(place, told):
    assert about(odd=[{"message": "it is odd", "place": place}]).odd == [told]


@pytest.mark.parametrize(
    ("candidate", "told"),
    [
        ({}, ""),
        (
            {"watched": ""},
            "not watched: inferred from names, history, statements and stored outputs",
        ),
        ({"watched": "sys.monitoring"}, "seen while the cells ran (sys.monitoring)"),
    ],
)
def test_how_the_candidate_was_found_is_told_and_an_older_document_is_silent(candidate, told):
    assert about(**candidate).watched == told
    assert OLDER.watched == ""


def test_where_watching_cost_more_the_page_says_so():
    told = about(watched="sys.setprofile").watched
    assert told.startswith("seen while the cells ran (sys.setprofile: on Python 3.11")
    assert "costs more" in told


@pytest.mark.parametrize(
    ("candidate", "told"),
    [
        ({}, "bare: a model"),
        ({"name": "m", "class": "SVC"}, "m: SVC"),
        ({"name": "m", "class": "SVC", "task": "binary", "target": None}, "m: SVC, binary"),
        (
            {"name": "m", "class": "SVC", "task": "binary", "target": "risk"},
            "m: SVC, binary of risk",
        ),
    ],
)
def test_the_model_is_one_sentence_of_what_is_known(candidate, told):
    assert about(**candidate).sentence == told


def test_the_metric_is_the_checks_own_statement():
    assert READY.metric.startswith("ROC AUC 0.724 (95 % 0.660 to 0.788)")
    assert MINIMAL.metric == "no metric"


def test_a_bundle_gives_every_document_it_has(credit):
    bundle = open_bundle(credit.bundle)
    content = from_bundle(bundle)
    assert (content.identity, content.name) == (bundle.identity, bundle.manifest.name)
    for name, path in DOCUMENTS.items():
        assert getattr(content, name) == (bundle.json(path) if bundle.has(path) else {})
    assert content.date
    assert content.verdict in {"ready", "ready with conditions", "not ready"}

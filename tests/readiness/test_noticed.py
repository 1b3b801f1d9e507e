"""What the record found odd stands with the check whose answer it puts in doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from o16n.notebook.notebook import Finding, Place
from o16n.readiness.check import Evidence, Failed, NotApplicable, NotAssessed, Passed
from o16n.readiness.checks import dat_04_leakage, inf_03_parity, mod_02_metric
from o16n.readiness.noticed import with_noticed

EVIDENCE = Evidence(statement="1 of 1")
SCALED = Finding(
    slug="fitted-before-split",
    severity="warning",
    message="scaler (StandardScaler) learned from all rows",
    place=Place(cell=3, line=2),
    hint="split first",
)
AGAIN = Finding(slug="refitted-after-save", severity="note", message="fits again", place=None)


def noticing(subject, *found):
    return replace(subject, candidate=replace(subject.candidate, odd=found))


def test_a_warning_fails_what_passed_with_its_place_and_what_to_do(clean):
    subject = noticing(clean, AGAIN, SCALED)
    found = with_noticed(Passed(evidence=EVIDENCE), subject, ("fitted-before-split",))
    assert isinstance(found, Failed)
    assert (found.severity, found.remedy) == ("minor", "split first")
    assert found.reason == "cell 3 line 2: scaler (StandardScaler) learned from all rows"
    (table,) = found.evidence.tables
    assert table.rows == (("cell 3 line 2", "scaler (StandardScaler) learned from all rows"),)


def test_a_note_is_evidence_and_no_failure(clean):
    found = with_noticed(
        Passed(evidence=EVIDENCE), noticing(clean, AGAIN), ("refitted-after-save",)
    )
    assert isinstance(found, Passed)
    assert found.evidence.tables[0].rows == (("the notebook", "fits again"),)


def test_what_failed_keeps_its_reason_and_severity_and_gets_the_evidence(clean):
    failed = Failed(severity="blocker", reason="bad", remedy="mend", evidence=EVIDENCE)
    found = with_noticed(
        failed, noticing(clean, SCALED), ("fitted-before-split",), severity="major"
    )
    assert (found.severity, found.reason, found.remedy) == ("blocker", "bad", "mend")
    assert len(found.evidence.tables) == 1


@pytest.mark.parametrize(
    "outcome", [NotApplicable(reason="no test"), NotAssessed(reason="no target")]
)
def test_an_answer_without_evidence_stays_as_it_is(clean, outcome):
    assert with_noticed(outcome, noticing(clean, SCALED), ("fitted-before-split",)) is outcome


def test_a_finding_of_another_kind_is_left_to_its_own_check(clean):
    passed = Passed(evidence=EVIDENCE)
    assert with_noticed(passed, noticing(clean, SCALED), ("saved-not-evaluated",)) is passed


@pytest.mark.parametrize(
    ("module", "slugs", "severity"),
    [
        (
            mod_02_metric,
            ("fitted-before-split", "refitted-on-test", "other-matrix", "training-rows-only"),
            "minor",
        ),
        (inf_03_parity, ("saved-not-evaluated", "saved-unfitted"), "minor"),
        (dat_04_leakage, ("target-among-features",), "major"),
    ],
)
def test_a_clean_candidate_fails_the_check_that_its_findings_belong_to(
    clean, module, slugs, severity
):
    assert isinstance(module.check(clean), Passed)
    odd = (replace(SCALED, slug=slug, message=f"this is {slug}") for slug in (*slugs, "never-run"))
    found = module.check(noticing(clean, *odd))
    assert isinstance(found, Failed)
    assert found.severity == severity
    assert found.reason == "; ".join(f"cell 3 line 2: this is {slug}" for slug in slugs)
    assert [row[1] for row in found.evidence.tables[-1].rows] == [f"this is {s}" for s in slugs]

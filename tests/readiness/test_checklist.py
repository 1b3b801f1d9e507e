"""All answers, the policy over them, and one verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

from o16n.errors import UnknownName
from o16n.readiness import checklist
from o16n.readiness.check import Evidence, Failed, NotApplicable, NotAssessed, Passed
from o16n.readiness.checks import mod_03_calibration as mod_03
from o16n.settings import Settings, Waiver

EVIDENCE = Evidence(statement="so it is")


def one(outcome, *, waived="", severity="blocker"):
    return checklist.Assessed(
        code="X-01",
        title="x",
        section="Data",
        severity=severity,
        text="",
        outcome=outcome,
        seconds=0.0,
        waived=waived,
    )


def failed(severity):
    return Failed(severity=severity, reason="r", remedy="m", evidence=EVIDENCE)


@pytest.mark.parametrize(
    ("outcome", "waived", "verdict"),
    [
        (Passed(evidence=EVIDENCE), "", "ready"),
        (NotApplicable(reason="r"), "", "ready"),
        (failed("minor"), "", "ready"),
        (failed("minor"), "ann", "ready"),
        (failed("major"), "", "not ready"),
        (failed("major"), "ann", "ready with conditions"),
        (failed("blocker"), "", "not ready"),
        (failed("blocker"), "ann", "ready with conditions"),
        (NotAssessed(reason="r", severity="major"), "", "ready"),
        (NotAssessed(reason="r", severity="blocker"), "", "not ready"),
    ],
)
def test_the_verdict_follows_from_the_gravest_open_answer(outcome, waived, verdict):
    passed = one(Passed(evidence=EVIDENCE))
    found = checklist.Checklist(outcomes=(passed, one(outcome, waived=waived)), settings=Settings())
    assert found.verdict == verdict
    assert bool(found.deciding) == (verdict != "ready")


def test_a_clean_candidate_is_ready_and_every_check_answered(clean):
    found = checklist.assess(clean)
    assert found.verdict == "ready"
    assert [one.code for one in found.outcomes] == sorted(m.CODE for m in checklist.checks())
    assert len(found.outcomes) >= 14
    assert all(isinstance(one.outcome, Passed) for one in found.outcomes)


def test_only_the_checks_that_were_asked_for_are_asked(clean):
    found = checklist.assess(clean, only=("SEC-04", "MOD-02"))
    assert [one.code for one in found.outcomes] == ["MOD-02", "SEC-04"]
    with pytest.raises(UnknownName, match=r"--only: unknown check 'MOD-2'; did you mean MOD-"):
        checklist.assess(clean, only=("MOD-2",))


@pytest.fixture
def useless(build):
    frame = build.frame(300)

    def subject(**settings):
        told = Settings(**settings)
        target = build.classes(frame)
        return build.split(DummyClassifier(), frame, target, 200, settings=told)

    return subject


def until(days):
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def test_a_waiver_turns_not_ready_into_ready_with_conditions(useless):
    reason = "the champion is a constant as well"
    waiver = Waiver(check="MOD-01", reason=reason, owner="ann", expires=until(20))
    assert checklist.assess(useless(), only=("MOD-01",)).verdict == "not ready"
    found = checklist.assess(useless(waivers=(waiver,)), only=("MOD-01",))
    assert found.verdict == "ready with conditions"
    assert found.deciding == ("MOD-01",)
    assert found.outcomes[0].waived.startswith("ann, until ")


@pytest.mark.parametrize(
    ("reason", "days", "why"),
    [
        ("short", 20, "its reason has 5 characters"),
        ("the champion is a constant as well", -3, "it expired on"),
        ("the champion is a constant as well", 60, "a blocker is waived for 30 at most"),
    ],
)
def test_a_waiver_that_does_not_count_stands_in_the_evidence(useless, reason, days, why):
    waiver = Waiver(check="MOD-01", reason=reason, owner="ann", expires=until(days))
    found = checklist.assess(useless(waivers=(waiver,)), only=("MOD-01",))
    assert found.verdict == "not ready"
    table = found.outcomes[0].outcome.evidence.tables[-1]
    assert table.caption == "waivers that do not count"
    assert table.rows[0][0] == "ann"
    assert why in table.rows[0][2]


def test_the_team_may_weigh_a_failure_down_and_the_verdict_follows(useless):
    found = checklist.assess(useless(severity={"MOD-01": "minor"}), only=("MOD-01",))
    assert found.outcomes[0].outcome.severity == "minor"
    assert found.verdict == "ready"


def test_a_question_left_open_can_be_weighed_down_too(build):
    frame = build.frame(300)
    target = build.classes(frame)
    target[200:] = 1
    told = Settings(severity={"MOD-02": "minor"})
    subject = build.split(LogisticRegression(), frame, target, 200, settings=told)
    found = checklist.assess(subject, only=("MOD-02",))
    assert isinstance(found.outcomes[0].outcome, NotAssessed)
    assert found.verdict == "ready"


def test_a_check_that_crashes_is_not_assessed_with_its_error_and_ends_nothing(clean, monkeypatch):
    monkeypatch.setattr(mod_03, "check", lambda _: 1 / 0)
    found = checklist.assess(clean)
    broken = next(one for one in found.outcomes if one.code == "MOD-03")
    assert isinstance(broken.outcome, NotAssessed)
    assert "the check itself failed: ZeroDivisionError" in broken.outcome.reason
    assert len(found.outcomes) == len(checklist.checks())


def test_the_document_is_plain_json_and_says_which_policy_was_applied(clean):
    told = Settings(tier="high", threshold={"MOD-02": 0.6}, sensitive=("c3",))
    document = checklist.to_json(checklist.assess(replace(clean, settings=told)))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["policy"] == {
        "tier": "high",
        "severity": {},
        "threshold": {"MOD-02": 0.6},
        "sensitive": ["c3"],
    }
    assert sum(document["counts"].values()) == len(document["outcomes"])
    assert {"code", "title", "text", "severity", "outcome", "blocks"} <= set(
        document["outcomes"][0]
    )


def test_numbers_that_json_does_not_know_become_nothing():
    given = {"a": np.float64("nan"), "b": (float("inf"), np.int64(3)), 4: [True]}
    assert checklist._plain(given) == {"a": None, "b": [None, 3], "4": [True]}

"""The tier and the team say what a failure weighs; unknown check ids are refused."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from o16n.errors import UnknownName, UsageError
from o16n.readiness import checklist, policy
from o16n.settings import Settings, Waiver

MAJOR = SimpleNamespace(CODE="A-01", SEVERITY="major", THRESHOLD=0.1)
PAPER = SimpleNamespace(CODE="B-01", SEVERITY="major", PAPERWORK=True)


@pytest.mark.parametrize(
    ("tier", "major", "paper"),
    [("low", "major", "minor"), ("medium", "major", "major"), ("high", "blocker", "blocker")],
)
def test_higher_materiality_asks_for_more(tier, major, paper):
    settings = Settings(tier=tier)
    assert policy.severity_of(MAJOR, settings) == major
    assert policy.severity_of(PAPER, settings) == paper


@pytest.mark.parametrize("told", ["minor", "major", "blocker"])
def test_what_the_team_says_wins_over_the_tier_both_ways(told):
    for tier in ("low", "medium", "high"):
        settings = Settings(tier=tier, severity={"A-01": told})
        assert policy.severity_of(MAJOR, settings) == told
        assert policy.severity_under("major", MAJOR, settings) == told


def test_a_lesser_failure_keeps_its_weight_but_never_above_what_the_team_says():
    raised = Settings(severity={"A-01": "blocker"})
    assert policy.severity_under("minor", MAJOR, raised) == "minor"
    lowered = Settings(severity={"A-01": "minor"})
    assert policy.severity_under("major", MAJOR, lowered) == "minor"
    assert policy.severity_under("minor", MAJOR, Settings(tier="high")) == "major"


def test_no_tier_weighs_a_failure_less_than_a_lower_one():
    for found, module in itertools.product(policy.ORDER[:2], (MAJOR, PAPER)):
        weights = [
            policy.weight(policy.severity_under(found, module, Settings(tier=tier)))
            for tier in ("low", "medium", "high")
        ]
        assert weights == sorted(weights)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(severity={"MOD-99": "minor"}),
        Settings(threshold={"MOD-99": 1.0}),
        Settings(waivers=(Waiver(check="MOD-99", reason="r", owner="o", expires="2027-01-01"),)),
    ],
)
def test_an_id_that_no_check_has_is_refused_with_the_nearest(settings):
    with pytest.raises(UnknownName, match=r"o16n\.toml: unknown check 'MOD-99'; did you mean"):
        policy.check_names(settings, checklist.checks())


def test_a_threshold_for_a_check_that_has_none_is_refused():
    with pytest.raises(UsageError, match=r"SEC-04 has no threshold; these have: .*MOD-02"):
        policy.check_names(Settings(threshold={"SEC-04": 1.0}), checklist.checks())
    policy.check_names(Settings(threshold={"MOD-02": 0.7}), checklist.checks())


def test_a_wrong_o16n_toml_is_said_before_the_notebook_runs(written):
    from o16n.grammar import Face
    from o16n.verbs import package

    path = written("open('ran', 'w').close()")
    (path.parent / "o16n.toml").write_text("[severity]\nMOD-99 = 'minor'")
    with pytest.raises(UnknownName, match="MOD-99"):
        package.run(package.Options(notebook=path), Face(say=lambda _: None))
    assert not (path.parent / "ran").exists()
    assert not (path.parent / "runs").exists()

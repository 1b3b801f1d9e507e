"""INF-02: each distribution needs a version and a hash, and those without are named."""

from __future__ import annotations

import pytest

from o16n.readiness.check import Failed, Passed
from o16n.readiness.checks import inf_02_environment as inf_02

HASH = "--hash=sha256:" + "0" * 64


def lock(subject, text):
    (subject.bundle / "environment" / "requirements.lock").write_text(text)
    return inf_02.check(subject)


def test_the_lock_of_a_packaged_model_names_what_scoring_needs(clean):
    outcome = inf_02.check(clean)
    text = (clean.bundle / "environment" / "requirements.lock").read_text()
    assert outcome.evidence.n == text.count("==")
    assert outcome.evidence.n > 5


def test_pinned_and_hashed_lines_pass(clean):
    outcome = lock(clean, f"# a set\nnumpy==2.0 \\\n    {HASH}\npandas==3.0 {HASH}\n")
    assert isinstance(outcome, Passed)
    assert outcome.evidence.n == 2


@pytest.mark.parametrize(
    ("text", "reason", "bare"),
    [
        (f"numpy==2.0 {HASH}\npandas==3.0  # no hash known\n", "no hash is known for pandas", 1),
        (f"numpy==2.0 {HASH}\npandas>=3\n", "no version is known for pandas>=3", 1),
        ("numpy==2.0\npandas==3.0\n", "no hash is known for numpy==2.0, pandas==3.0", 2),
        ("# nothing\n", "the lock names no distribution", 0),
        ("", "the lock names no distribution", 0),
    ],
)
def test_what_is_missing_is_named_and_counted(clean, text, reason, bare):
    outcome = lock(clean, text)
    assert isinstance(outcome, Failed)
    assert outcome.severity == "major"
    assert outcome.reason.startswith(reason)
    assert outcome.evidence.value == bare


def test_a_bundle_without_a_lock_is_not_locked(clean):
    (clean.bundle / "environment" / "requirements.lock").unlink()
    assert isinstance(inf_02.check(clean), Failed)


def test_at_low_materiality_it_is_paperwork():
    assert inf_02.PAPERWORK is True

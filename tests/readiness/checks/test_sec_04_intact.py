"""SEC-04: a staged bundle in which a file changed, came or went is a blocker that names it."""

from __future__ import annotations

import pytest

from o16n.readiness.check import Failed, Passed
from o16n.readiness.checks import sec_04_intact as sec_04


def test_a_bundle_as_it_was_written_passes_with_files_and_bytes(clean):
    outcome = sec_04.check(clean)
    assert isinstance(outcome, Passed)
    files = [one for one in clean.bundle.rglob("*") if one.is_file()]
    assert outcome.evidence.n in (len(files), len(files) - 1)  # with or without the manifest itself


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("schema.json", lambda file: file.write_bytes(file.read_bytes().replace(b"c0", b"c9"))),
        ("sample.csv", lambda file: file.unlink()),
        ("model/extra.txt", lambda file: file.write_text("x")),
    ],
)
def test_what_was_changed_removed_or_added_is_named(clean, name, change):
    change(clean.bundle / name)
    outcome = sec_04.check(clean)
    assert isinstance(outcome, Failed)
    assert outcome.severity == "blocker"
    assert name in outcome.reason

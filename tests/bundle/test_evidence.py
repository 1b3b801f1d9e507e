"""Evidence names one identity, carries its own digest, and can be renewed without touching it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from o16n.bundle import evidence, manifest, write
from o16n.bundle.read import open_bundle
from o16n.errors import IntegrityError
from o16n.files import canonical_json, sha256
from tests.bundle.strategies import TREES, changed_somewhere

IDENTITY = "a" * 64
DATE = "2026-01-01T00:00:00Z"
FILES = manifest.entries({"run.json": b"{}\n", "notebook/source.ipynb": b"{}"})
GOOD = json.loads(evidence.evidence_manifest(IDENTITY, FILES, date=DATE))


def _sealed(told):
    """Return `told` with the digest that fits it, as somebody who rewrites the file would."""
    body = {key: value for key, value in told.items() if key != "digest"}
    return canonical_json({**body, "digest": sha256(canonical_json(body))})


def test_evidence_reads_back_as_written():
    data = evidence.evidence_manifest(IDENTITY, FILES, date=DATE)
    assert evidence.parse_evidence(data, identity=IDENTITY) == (FILES, DATE)


def test_evidence_about_another_identity_is_refused_by_name():
    with pytest.raises(
        IntegrityError, match=r"is about aaaaaaaaaaaa…, not about this bundle \(bbb"
    ):
        evidence.parse_evidence(canonical_json(GOOD), identity="b" * 64)


@pytest.mark.parametrize(
    "date",
    ["yesterday", "2026-01-01", "", None, 1, "2026-01-01T00:00:00Z\n", "٢٠٢٦-01-01T00:00:00Z"],
)
def test_evidence_without_a_date_is_refused(date):
    with pytest.raises(IntegrityError, match="no date in UTC"):
        evidence.parse_evidence(_sealed({**GOOD, "date": date}), identity=IDENTITY)


@settings(deadline=None, max_examples=400)
@given(changed_somewhere(GOOD))
def test_any_change_breaks_the_digest_and_a_resealed_one_is_read_as_it_is_or_refused(told):
    data = canonical_json(told)
    if data != canonical_json(GOOD):
        with pytest.raises(IntegrityError):
            evidence.parse_evidence(data, identity=IDENTITY)
    if isinstance(told, dict):
        try:
            entries, date = evidence.parse_evidence(_sealed(told), identity=IDENTITY)
        except IntegrityError:
            return
        assert evidence.evidence_manifest(IDENTITY, entries, date=date) == _sealed(told)


@settings(deadline=None, max_examples=200)
@given(TREES)
def test_any_json_is_refused_in_one_line(told):
    with pytest.raises(IntegrityError):
        evidence.parse_evidence(canonical_json(told), identity=IDENTITY)


def test_renewed_evidence_leaves_the_identity_alone(bundle):
    before = open_bundle(bundle)
    write.add_evidence(bundle, {"readiness.json": b"[]\n"}, date="2026-02-02T00:00:00Z")
    after = open_bundle(bundle)
    assert after.identity == before.identity
    assert after.evidence_date == "2026-02-02T00:00:00Z"
    assert set(after.names()) - set(before.names()) == {"evidence/readiness.json"}

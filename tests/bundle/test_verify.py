"""Verifying reads and never executes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from o16n.bundle.read import open_bundle
from o16n.bundle.verify import verify
from o16n.errors import IntegrityError


def test_what_was_verified_is_counted(bundle):
    found = verify(bundle)
    files = [one for one in bundle.rglob("*") if one.is_file()]
    assert found.files == len(files) == 7
    assert found.size == sum(one.stat().st_size for one in files)
    assert (found.name, found.version) == ("small", "1")
    assert found.evidence_date == "2026-01-01T00:00:00Z"
    assert verify(open_bundle(bundle)) == found


def test_a_changed_file_does_not_verify(bundle):
    (bundle / "schema.json").write_bytes(b"[]\n")
    with pytest.raises(IntegrityError, match=r"schema\.json: was changed: sha256 [0-9a-f]{16}…"):
        verify(bundle)


def test_verify_imports_neither_sklearn_nor_skops_nor_pandas(credit):
    code = (
        "import sys; from pathlib import Path; from o16n.bundle.verify import verify;"
        f"verify(Path({str(credit.bundle)!r}));"
        "print([m for m in ('sklearn','skops','pandas','numpy','scipy','jinja2','click') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"

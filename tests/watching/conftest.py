"""Cells run watched; the record comes back as the watcher itself would tell it."""

from __future__ import annotations

import textwrap

import pytest

from tests.watching.kernel import kernel, record_of
from tests.watching.shell import INSTALL, run_shell


@pytest.fixture
def watched(tmp_path):
    """Run cells in a shell of its own and return the record's document."""

    def run(*cells):
        cells = [textwrap.dedent(cell).strip("\n") for cell in cells]
        told = run_shell(INSTALL, *cells, folder=tmp_path)["record"]
        assert told["errors"] == []
        return told

    return run


@pytest.fixture
def watched_kernel(tmp_path):
    """Run cells in a real kernel and return the record's document."""

    def run(*cells):
        with kernel(tmp_path, watched=True) as one:
            for cell in cells:
                assert one(textwrap.dedent(cell).strip("\n"))["status"] == "ok"
            told = record_of(one, tmp_path)
        assert told["errors"] == []
        return told

    return run

"""Cells lived through in a watched shell, and what the record answers."""

from __future__ import annotations

import contextlib
import io
import json
import textwrap

import pytest
from IPython.core.interactiveshell import InteractiveShell

from o16n.candidate.recorded import recorded
from o16n.notebook.read import read_notebook
from o16n.watching.watcher import Watcher


@pytest.fixture
def watched(tmp_path):
    """Live through cells, watched; return (record, names, notebook)."""

    def live(*cells, watched_from=0):
        shell = InteractiveShell()
        sources = [textwrap.dedent(cell) for cell in cells]
        for source in sources[:watched_from]:
            assert shell.run_cell(source, store_history=True).success
        watcher = Watcher(shell).start()
        try:
            for source in sources[watched_from:]:
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    assert shell.run_cell(source).success
                watcher.calls.cells.runs[-1].text = printed.getvalue()
            record = watcher.record()
        finally:
            watcher.stop()
        told = [{"cell_type": "code", "source": source, "outputs": []} for source in sources]
        path = tmp_path / "train.ipynb"
        path.write_text(json.dumps({"cells": told, "metadata": {}, "nbformat": 4}))
        return record, shell.user_ns, read_notebook(path)

    return live


@pytest.fixture
def found(watched):
    """Live through cells, watched, and return what the record answers."""

    def live(*cells, named=None, ask=None, watched_from=0):
        return recorded(*watched(*cells, watched_from=watched_from), named=named, ask=ask)

    return live

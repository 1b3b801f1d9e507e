"""Notebooks run in a real kernel, watched; the record comes back as the watcher itself would tell it."""

from __future__ import annotations

import json

import pytest

from o16n.runs.execute import execute
from o16n.runs.job import Job

BEFORE = "__import__('o16n.watching.watch', fromlist=['x']).install(get_ipython())"
AFTER = """
(lambda watch, told: (
    __import__('pathlib').Path({out!r}).write_text(__import__('json').dumps(
        {{**told.to_json(watch.current().record()),
          'kept': sorted(watch.current().record().kept),
          'texts': [one.text for one in watch.current().record().cells],
          'states': sorted(map(list, watch.current().record().states))}}, default=str))
))(__import__('o16n.watching.watch', fromlist=['x']), __import__('o16n.watching.record_file', fromlist=['x']))
"""


@pytest.fixture
def watched(written, tmp_path):
    """Run cells in a real kernel and return the record's document."""

    def run(*cells):
        out = tmp_path / "record.out"
        execute(
            Job(notebook=written(*cells)),
            before=(BEFORE,),
            after=(AFTER.format(out=str(out)).strip().replace("\n", " "),),
        )
        told = json.loads(out.read_text())
        assert told["errors"] == []
        return told

    return run

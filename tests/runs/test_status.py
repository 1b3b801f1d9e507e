"""A run that says running and that nobody holds was interrupted."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from o16n.errors import UsageError
from o16n.runs.job import CellError, Run
from o16n.runs.status import held, is_held, list_runs, read_run, save, write_run


def run(directory, **told):
    told = {"status": "running", "started": "2026-01-01T00:00:00Z", **told}
    return Run(
        id="1", directory=directory, notebook="a.ipynb", notebook_digest="d", parameters={}, **told
    )


def test_what_is_written_is_read_back(tmp_path):
    error = CellError(name="E", message="m", cell=2, line=3)
    one = run(tmp_path, status="failed", error=error, cell_seconds=(1.5, None))
    write_run(one)
    assert read_run(tmp_path) == one
    assert json.loads((tmp_path / "run.json").read_bytes())["format"] == 1


def test_running_is_believed_only_while_its_lock_is_held(tmp_path):
    directory = tmp_path / "r"
    with held(directory):
        write_run(run(directory))
        # a lock says nothing to its own process, so another one is asked
        code = f"from pathlib import Path; from o16n.runs.status import read_run; print(read_run(Path({str(directory)!r})).status)"
        told = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert told.stdout.strip() == "running"
    assert not is_held(directory)
    assert read_run(directory).status == "interrupted"
    (directory / ".lock").unlink()
    assert read_run(directory).status == "interrupted"
    write_run(run(directory, status="completed"))
    assert read_run(directory).status == "completed"


def test_a_directory_is_held_once(tmp_path):
    with held(tmp_path / "r"):
        pass
    with pytest.raises(UsageError, match="a run is there already"), held(tmp_path / "r"):
        pass


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"format": 2}', '{"status": "completed"}'])
def test_what_is_no_record_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "run.json").write_text(text)
    with pytest.raises(UsageError):
        read_run(tmp_path)


def test_fields_of_a_later_o16n_are_passed_over(tmp_path):
    write_run(run(tmp_path, status="completed"))
    record = tmp_path / "run.json"
    record.write_text(json.dumps({**json.loads(record.read_bytes()), "mood": "good"}))
    assert read_run(tmp_path).status == "completed"


def test_runs_are_listed_by_time_and_those_inside_bundles_are_not(tmp_path):
    for name in ("2", "1", "evidence"):
        (tmp_path / name).mkdir()
        write_run(run(tmp_path / name, status="completed"))
    assert [one.directory.name for one in list_runs(tmp_path)] == ["1", "2"]


def test_a_file_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(UsageError, match="the run's directory is gone; name another by --out"):
        save(tmp_path / "gone" / "run.json", "{}")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written: Not a directory"):
        save(tmp_path / "file" / "run.json", "{}")

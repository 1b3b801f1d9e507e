"""What a run will take is told from the last one, else from the times in the file."""

from __future__ import annotations

import json

import pytest

from o16n.grammar import Face
from o16n.runs.execute import execute
from o16n.runs.forecast import Forecast, duration, forecast
from o16n.runs.job import Job


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "0 s"),
        (8.4, "8 s"),
        (99, "99 s"),
        (100, "2 min"),
        (5990, "1 h 40 min"),
        (4500, "75 min"),
    ],
)
def test_a_duration_reads_as_a_person_says_it(seconds, words):
    assert duration(seconds) == words


def test_what_remains_counts_the_running_cell_down_and_never_below_nothing():
    told = Forecast(seconds=(1.0, 10.0, 5.0), source="")
    assert told.total == 16
    assert told.remaining(0) == 16
    assert told.remaining(1, spent=4) == 11
    assert told.remaining(1, spent=40) == 5
    assert told.remaining(3) == 0


def test_the_last_completed_run_is_the_forecast_of_the_next(notebook):
    path = notebook("import time; time.sleep(0.4)", "x = 1")
    assert forecast(path, cells=2) is None
    first = execute(Job(notebook=path))
    told = forecast(path, cells=2)
    assert told.seconds == first.cell_seconds
    assert 0.4 < told.seconds[0] < 5
    assert first.started in str(told)
    said = []
    execute(Job(notebook=path), face=Face(say=said.append))
    assert said[0].startswith("the cells will take about 0 s, as the run of 20")
    assert "to go" in said[1]


def test_a_run_of_another_notebook_or_that_failed_forecasts_nothing(notebook):
    path = notebook("x = 1")
    run = execute(Job(notebook=path))
    assert forecast(path, cells=2) is None
    record = run.directory / "run.json"
    record.write_text(record.read_text().replace("completed", "failed"))
    assert forecast(path, cells=1) is None
    record.write_text("{")
    assert forecast(path, cells=1) is None


def stamped(path, *metadata):
    told = json.loads(path.read_text())
    for cell, one in zip(told["cells"], metadata, strict=True):
        cell["metadata"] = one
    path.write_text(json.dumps(told))
    return path


def test_times_stored_by_jupyter_or_papermill_forecast_a_first_run(notebook):
    times = {
        "iopub.status.busy": "2026-01-01T10:00:00.000000Z",
        "shell.execute_reply": "2026-01-01T10:01:30.500000Z",
    }
    path = stamped(
        notebook("a", "b", "c"), {"execution": times}, {"papermill": {"duration": 2.5}}, {}
    )
    told = forecast(path, cells=3)
    assert told.seconds == (90.5, 2.5, 0.0)
    assert str(told) == "about 93 s, by the times stored in the notebook"


@pytest.mark.parametrize(
    "metadata",
    [{}, {"execution": {"iopub.status.busy": "2026-01-01T10:00:00Z"}}, {"execution": []}],
)
def test_a_file_without_times_forecasts_nothing(notebook, metadata):
    assert forecast(stamped(notebook("a"), metadata), cells=1) is None


def test_times_that_are_no_times_are_not_believed(notebook):
    times = {"iopub.status.busy": "yesterday", "shell.execute_reply": "today"}
    assert forecast(stamped(notebook("a"), {"execution": times}), cells=1) is None

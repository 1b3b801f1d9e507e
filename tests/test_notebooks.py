"""The example notebooks are ordinary notebooks: plain papermill runs them, from anywhere, and they do not know o16n."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
NAMES = ("credit", "diabetes", "penguins")


def read(name):
    return json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())


def printed(notebook):
    outputs = [one for cell in notebook["cells"] for one in cell.get("outputs", ())]
    return "".join("".join(one["text"]) for one in outputs if one.get("name") == "stdout")


def test_these_are_the_examples():
    assert tuple(sorted(one.stem for one in NOTEBOOKS.glob("*.ipynb"))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_plain_papermill_runs_it_from_another_folder_and_prints_what_is_stored(name, tmp_path):
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(NOTEBOOKS / f"{name}.ipynb"), str(out)]
    command += ["--cwd", str(NOTEBOOKS), "--no-progress-bar", "-k", "python3"]
    done = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    executed = json.loads(out.read_text())
    said = [line.split() for line in printed(executed).splitlines()]
    stored = [line.split() for line in printed(read(name)).splitlines()]
    assert len(said) == len(stored)
    for one, other in zip(said, stored, strict=True):
        assert len(one) == len(other)
        for now, then in zip(one, other, strict=True):
            assert now == then or float(now) == pytest.approx(float(then), abs=0.02)
    complaints = [
        one
        for cell in executed["cells"]
        for one in cell.get("outputs", ())
        if one["output_type"] == "error" or one.get("name") == "stderr"
    ]
    assert complaints == []


@pytest.mark.parametrize("name", NAMES)
def test_it_does_not_know_o16n_and_was_saved_as_run_from_top_to_bottom(name):
    code = [cell for cell in read(name)["cells"] if cell["cell_type"] == "code"]
    assert not any("o16n" in "".join(cell["source"]) for cell in code)
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))


def test_every_data_file_has_its_source_and_licence():
    text = (NOTEBOOKS / "data" / "SOURCES.md").read_text()
    for file in (NOTEBOOKS / "data").glob("*.csv"):
        row = next(line for line in text.splitlines() if line.startswith(f"| `{file.name}` |"))
        assert len(row.split("|")) == 6
        assert "CC" in row

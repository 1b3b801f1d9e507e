"""A kernel is the notebook's own, or the person is told which; one without o16n is one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from o16n.errors import UnknownName, UsageError
from o16n.grammar import Face
from o16n.runs.execute import execute
from o16n.runs.job import Job
from o16n.runs.kernels import choose_kernel, lacks_o16n
from o16n.runs.status import list_runs


def test_the_notebooks_own_kernel_runs_it_where_it_is_installed():
    assert choose_kernel("mine", {"mine", "python3"}).name == "mine"
    assert choose_kernel("mine", {"mine", "python3"}).note == ""


def test_a_kernel_of_another_machine_falls_back_and_says_so():
    kernel = choose_kernel("conda-env-fraud-py", {"python3", "other"})
    assert kernel.name == "python3"
    assert kernel.note == (
        "kernel 'conda-env-fraud-py' is not installed here (found: other, python3); running in python3"
    )


def test_a_kernel_that_is_asked_for_or_the_only_hope_is_not_replaced():
    with pytest.raises(UnknownName, match=r"unknown kernel 'pyton3'; did you mean python3\?"):
        choose_kernel("mine", {"mine", "python3"}, asked="pyton3")
    assert choose_kernel("mine", {"mine", "python3"}, asked="python3").name == "python3"
    with pytest.raises(UsageError, match="found: other: kernel 'mine' is not installed here"):
        choose_kernel("mine", {"other"})


def test_the_command_that_mends_it_is_one_that_can_be_pasted():
    assert "'/a b/python' -m pip install o16n" in str(lacks_o16n("/a b/python", pip=True))
    assert "uv pip install --python /x/python o16n" in str(lacks_o16n("/x/python", pip=False))


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Install a kernel whose own environment has everything but o16n; return its interpreter."""
    folder = tmp_path_factory.mktemp("bare")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "env"], check=True)
    python = folder / "env" / "bin" / "python"
    site = next((folder / "env" / "lib").glob("python*")) / "site-packages"
    for place in map(Path, sys.path):
        if place.name == "site-packages":
            for one in place.iterdir():
                # what makes an editable install findable stays behind
                if (
                    not one.name.startswith(("o16n", "_o16n", "__editable__", "pip"))
                    and one.suffix != ".pth"
                ):
                    (site / one.name).symlink_to(one)
    spec = folder / "share" / "jupyter" / "kernels" / "bare"
    spec.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": argv, "display_name": "bare", "language": "python", "env": {"PYTHONPATH": ""}}
    (spec / "kernel.json").write_text(json.dumps(told))
    broken = spec.parent / "broken"
    broken.mkdir()
    (broken / "kernel.json").write_text(
        json.dumps({**told, "argv": [str(folder / "nothing"), "{connection_file}"]})
    )
    empty = spec.parent / "empty"
    empty.mkdir()
    (empty / "kernel.json").write_text(
        json.dumps({**told, "argv": [sys.executable, "-c", "raise SystemExit('no ipykernel')"]})
    )
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = str(folder / "share" / "jupyter")
    yield python
    os.environ.pop("JUPYTER_PATH")
    if before is not None:
        os.environ["JUPYTER_PATH"] = before


def test_a_kernel_without_o16n_is_refused_before_any_cell_runs(bare, notebook, tmp_path):
    path = notebook(f"open({str(tmp_path / 'ran')!r}, 'w')", kernel="bare")
    with pytest.raises(UsageError) as refused:
        execute(Job(notebook=path), after=("import o16n",))
    assert str(refused.value) == (
        f"{bare}: the kernel's environment lacks o16n, which packages from inside it; "
        f"install it there: uv pip install --python {bare} o16n"
    )
    assert not (tmp_path / "ran").exists()
    run = list_runs(tmp_path)[0]
    assert (run.status, run.error.name, run.kernel) == ("failed", "UsageError", "bare")


def test_running_alone_needs_no_o16n_in_the_kernel(bare, notebook):
    run = execute(Job(notebook=notebook("import sys; print(sys.executable)", kernel="bare")))
    assert (run.status, run.kernel) == ("completed", "bare")
    assert str(bare) in run.executed.read_text()


@pytest.mark.usefixtures("bare")
def test_a_kernel_that_does_not_come_up_is_one_line(notebook):
    with pytest.raises(UsageError, match=r"kernel 'broken': the kernel did not start: .*nothing"):
        execute(Job(notebook=notebook("1", kernel="broken")))
    with pytest.raises(UsageError, match=r"kernel 'empty': the kernel did not start: no ipykernel"):
        execute(Job(notebook=notebook("1", kernel="empty")))


def test_the_fallback_is_told_and_recorded(notebook):
    said = []
    path = notebook("1", kernel="conda-env-fraud-py")
    assert execute(Job(notebook=path), face=Face(say=said.append)).kernel == "python3"
    assert "'conda-env-fraud-py' is not installed here" in said[0]

"""What tests share: a home of their own, the three examples packaged once, and the count of skipped browser tests.

With `-n 3` each of three workers is a pytest of its own; what is made once is made by the worker that
asks first, in a folder of all, and the others wait for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pickle
import shutil
import textwrap
from pathlib import Path

import hypothesis
import pytest

from o16n.notebook.notebook import Cell, Notebook

ROOT = Path(__file__).parents[1]
# The workers and their kernels share the cores; threads of theirs would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# How long an example takes is the machine's matter, and no property of what is tested.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory):
    os.environ["O16N_TRUST"] = str(tmp_path_factory.mktemp("trust") / "trust")


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """Return what `make(folder)` returns, made once for all workers of this run."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name, make):
        folder = shared / f"once-{name}"
        kept = shared / f"once-{name}.pickle"
        with (shared / f"once-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.is_file():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                kept.write_bytes(pickle.dumps(make(folder)))
        return pickle.loads(kept.read_bytes())

    return made


def _packaged(name, once):
    from o16n.bundle import trust
    from o16n.grammar import Face
    from o16n.verbs import demo

    def make(folder):
        return demo.run(demo.Options(name=name, out=folder), Face(say=lambda _: None)).packaged

    packaged = once(name, make)
    trust.remember(packaged.content.identity)  # also where another worker packaged it
    return packaged


@pytest.fixture(scope="session")
def credit(once):
    return _packaged("credit", once)


@pytest.fixture(scope="session")
def penguins(once):
    return _packaged("penguins", once)


@pytest.fixture(scope="session")
def ranked(once):
    """Return the penguins with one column more, the rank among all birds, which no row alone can have."""
    from o16n.bundle import trust
    from o16n.grammar import Face
    from o16n.verbs import package

    def make(folder):
        shutil.copytree(ROOT / "notebooks" / "data", folder / "data")
        source = (ROOT / "notebooks" / "penguins.ipynb").read_text()
        line = "df['bill_ratio'] ="
        assert line in source
        notebook = folder / "penguins.ipynb"
        notebook.write_text(source.replace(line, f"df['place'] = df['body_mass_g'].rank(); {line}"))
        return package.run(package.Options(notebook=notebook), Face(say=lambda _: None))

    packaged = once("ranked", make)
    trust.remember(packaged.content.identity)
    return packaged


@pytest.fixture(scope="session")
def diabetes(once):
    return _packaged("diabetes", once)


def pytest_collection_modifyitems(items):
    moving = [one.nodeid for one in items if " at 0x" in one.nodeid]
    if moving:  # two workers must name a test alike
        raise pytest.UsageError(f"a test's name holds an address; give it ids=: {moving[0]}")


def pytest_terminal_summary(terminalreporter):
    skipped = [one for one in terminalreporter.stats.get("skipped", []) if "browser" in one.nodeid]
    terminalreporter.write_line(f"browser tests skipped: {len(skipped)}")


def chromium():
    found = shutil.which("chromium")
    if found is None and (os.geteuid() == 0 or os.environ.get("CI")):
        pytest.fail("chromium is missing: .ci/run installs it where it is root")
    if found is None:
        pytest.skip("there is neither chromium nor root nor CI")
    return found


@pytest.fixture
def lived(tmp_path, monkeypatch):
    """Run cells of source one after the other in `tmp_path`; return (namespace, notebook)."""
    monkeypatch.chdir(tmp_path)

    def run(*sources):
        namespace, cells = {"__name__": "__main__"}, []
        for number, source in enumerate(map(textwrap.dedent, sources), 1):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(source, f"<cell {number}>", "exec"), namespace)
            output = {"output_type": "stream", "name": "stdout", "text": printed.getvalue()}
            cells.append(
                Cell(
                    number=number,
                    id=None,
                    kind="code",
                    source=source,
                    execution_count=number,
                    outputs=(output,),
                )
            )
        return namespace, Notebook(path=tmp_path / "train.ipynb", cells=tuple(cells))

    return run


@pytest.fixture
def written(tmp_path):
    """Write cells of source as a notebook file; return its path."""

    def write(*sources, name="train.ipynb", tags=()):
        cells = [
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {"tags": list(tags) if number == 0 else []},
                "outputs": [],
                "source": textwrap.dedent(source).strip("\n"),
            }
            for number, source in enumerate(sources)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        told = {
            "cells": cells,
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
        path = tmp_path / name
        path.write_text(json.dumps(told))
        return path

    return write

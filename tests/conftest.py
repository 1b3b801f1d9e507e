"""What tests share: a home of their own, the three examples packaged once, and the count of skipped browser tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory):
    os.environ["O16N_TRUST"] = str(tmp_path_factory.mktemp("trust") / "trust")


def _packaged(name, tmp_path_factory):
    from o16n.grammar import Face
    from o16n.verbs import demo

    folder = tmp_path_factory.mktemp(name)
    shown = demo.run(demo.Options(name=name, out=folder), Face(say=lambda _: None))
    return shown.packaged


@pytest.fixture(scope="session")
def credit(tmp_path_factory):
    return _packaged("credit", tmp_path_factory)


@pytest.fixture(scope="session")
def penguins(tmp_path_factory):
    return _packaged("penguins", tmp_path_factory)


@pytest.fixture(scope="session")
def diabetes(tmp_path_factory):
    return _packaged("diabetes", tmp_path_factory)


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

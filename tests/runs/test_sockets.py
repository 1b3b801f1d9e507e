"""A kernel's sockets live in a private folder with a short path, and none is left behind."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from pathlib import Path

import pytest

from o16n.runs.sockets import FRESH, PREFIX, socket_folder


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Make a short folder the system's temporary one."""
    folder = Path(tempfile.mkdtemp(prefix="t", dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    folder.rmdir()


def left(folder):
    return list(folder.glob(f"{PREFIX}*"))


def test_the_folder_is_private_and_gone_afterwards(temporary):
    with socket_folder() as folder:
        assert folder.parent == temporary
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "k-ipc-1").touch()
    assert left(temporary) == []


def test_a_temporary_folder_too_long_for_a_socket_is_not_used(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with socket_folder() as folder:
        assert not str(folder).startswith(str(long))
        assert len(os.fsencode(folder / "k-ipc-5")) <= 103


def test_no_place_at_all_is_none_and_the_kernel_is_reached_by_tcp(monkeypatch, run):
    monkeypatch.setattr("o16n.runs.sockets.LONGEST_BASE", 0)
    with socket_folder() as folder:
        assert folder is None
    outcome = run("print(get_ipython().kernel.parent.transport)")
    assert outcome.text(0) == "tcp\n"


def test_what_a_killed_run_left_is_swept_and_what_a_living_one_holds_is_not(temporary):
    abandoned, fresh = temporary / f"{PREFIX}dead", temporary / f"{PREFIX}new"
    abandoned.mkdir()
    fresh.mkdir()
    past = time.time() - 2 * FRESH
    with socket_folder() as living:
        for one in (abandoned, living):
            os.utime(one, (past, past))
        with socket_folder() as another:
            assert set(left(temporary)) == {fresh, living, another}
    fresh.rmdir()


def test_a_run_under_a_long_temporary_folder_works_and_leaves_nothing(tmp_path, monkeypatch, run):
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert run("x = 1").run.status == "completed"
    assert left(long) == []

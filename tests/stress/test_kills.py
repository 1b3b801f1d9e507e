"""Twenty kills of o16n and ten of its kernel leave nothing unreadable, half done or falsely completed."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

chaos = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("chaos.py"))))


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    notebook = chaos.lay_out(tmp_path_factory.mktemp("whole"))
    return min(chaos.whole(notebook) for _ in range(2))


@pytest.mark.parametrize(("victim", "count"), [("process", 20), ("kernel", 10)])
def test_whatever_is_killed_whenever_what_is_left_is_true(
    victim, count, measured, tmp_path, capsys
):
    notebook = chaos.lay_out(tmp_path)
    kill = {"process": chaos.kill_process, "kernel": chaos.kill_kernel}[victim]
    table = []
    for left in chaos.kills(kill, notebook, count, measured):
        table.append(left)
        with capsys.disabled():
            sys.stdout.write(f"\n{table[-1]}")
    assert len({one.status for one in table}) > 1

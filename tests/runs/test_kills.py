"""Three kills of o16n and two of its kernel at seeded moments; `nox -s stress` does twenty and ten."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

CHAOS = Path(__file__).parents[1] / "stress" / "chaos.py"
LONGEST = 8.0
chaos = SimpleNamespace(**runpy.run_path(str(CHAOS)))


def test_a_killed_process_and_a_killed_kernel_leave_nothing_false(tmp_path):
    notebook = chaos.lay_out(tmp_path)
    left = list(chaos.kills(chaos.kill_process, notebook, 3, LONGEST))
    assert {one.status for one in left} <= {"none yet", "interrupted", "completed"}
    left = list(chaos.kills(chaos.kill_kernel, notebook, 2, LONGEST / 2))
    assert {one.status for one in left} <= {"kernel died", "failed", "completed"}
    assert any(one.status in {"kernel died", "failed"} for one in left)

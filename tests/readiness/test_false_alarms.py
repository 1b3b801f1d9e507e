"""Twenty clean candidates; `tests/stress/test_false_alarms.py` asks the same of two hundred."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_clean_candidates_are_seldom_alarmed_at(tmp_path):
    place = Path(__file__).parents[1] / "stress" / "test_false_alarms.py"
    spec = importlib.util.spec_from_file_location("stress_false_alarms", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    grave, _ = module.alarms(tmp_path, 20)
    assert grave.total() <= 2, grave
    assert max(grave.values()) <= 1, grave

"""Long runs: collected only where O16N_STRESS is set, as `nox -s stress` does."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("O16N_STRESS") else ["test_*.py"]

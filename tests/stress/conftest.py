"""Long trials: collected only by `nox -s stress`, which sets O16N_STRESS."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("O16N_STRESS") else ["test_*.py"]

"""Run the notebook's cells once more, instrumented, and write down every operation on row-aligned values."""

from __future__ import annotations

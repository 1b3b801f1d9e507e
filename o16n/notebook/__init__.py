"""Read a notebook and say what its text tells, without running it and without nbformat."""

from __future__ import annotations

"""One check a file, named by code and slug."""

from __future__ import annotations

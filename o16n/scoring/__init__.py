"""Answer raw rows from a verified bundle."""

from __future__ import annotations

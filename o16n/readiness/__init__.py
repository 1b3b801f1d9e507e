"""Questions asked of a candidate, and their answers with evidence."""

from __future__ import annotations

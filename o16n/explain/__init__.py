"""Why the model answers as it does, checked against the model's own output."""

from __future__ import annotations

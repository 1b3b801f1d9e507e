"""One explainer a file; its name is the file's name."""

from __future__ import annotations

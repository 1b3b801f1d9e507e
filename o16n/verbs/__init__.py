"""One verb a file: the only place where layers meet."""

from __future__ import annotations

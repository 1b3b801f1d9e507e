"""What a notebook did, seen from inside its kernel; nothing is patched and nothing is changed."""

from __future__ import annotations

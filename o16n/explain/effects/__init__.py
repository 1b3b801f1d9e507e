"""What is measured around an explanation, by asking the served scorer about rows made of seen values."""

from __future__ import annotations

"""Pages and cards for people, from templates."""

from __future__ import annotations

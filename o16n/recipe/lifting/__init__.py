"""Lift a recipe out of a notebook: trace it in a child process, slice, write down, prove."""

from __future__ import annotations

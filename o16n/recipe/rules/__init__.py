"""Constructs whose result depends on the batch: each has a folder with its `lift` and its `replay`."""

from __future__ import annotations

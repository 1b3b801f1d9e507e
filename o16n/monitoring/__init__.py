"""Summaries of reference data that later data is compared with."""

from __future__ import annotations

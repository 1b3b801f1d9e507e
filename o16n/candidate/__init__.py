"""What is proposed for packaging, with the evidence for the choice."""

from __future__ import annotations

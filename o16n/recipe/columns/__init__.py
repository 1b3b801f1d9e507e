"""Few rows as columns of their own: the small form between a recipe's operations and what runs them."""

from __future__ import annotations

"""The notebook's own way from raw row to model input, with everything it learned frozen."""

from __future__ import annotations

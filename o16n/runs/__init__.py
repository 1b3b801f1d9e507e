"""A notebook with values for its parameters, executed by papermill, with an honest status."""

from __future__ import annotations

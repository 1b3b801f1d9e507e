"""What is deployed: manifest, schema, model file, evidence; written, read, verified."""

from __future__ import annotations

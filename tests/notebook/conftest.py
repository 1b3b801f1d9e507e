"""Notebooks as their authors leave them on disk, written as JSON by hand."""

from __future__ import annotations

import json

import pytest

from o16n.notebook.read import from_history, read_notebook


@pytest.fixture
def written(tmp_path):
    """Return a function: cells (text, or (text, fields)) → the notebook read back from a file."""

    def write(*cells, name="nb.ipynb", **metadata):
        told = []
        for cell in cells:
            text, fields = cell if isinstance(cell, tuple) else (cell, {})
            fields = dict(fields)
            tags = fields.pop("tags", [])
            told.append(
                {
                    "cell_type": "code",
                    "metadata": {"tags": tags},
                    "source": text,
                    "outputs": [],
                    "execution_count": None,
                    **fields,
                }
            )
        whole = {"cells": told, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / name).write_text(json.dumps(whole))
        return read_notebook(tmp_path / name)

    return write


@pytest.fixture
def typed():
    """Return a function: texts of cells → a notebook without a file."""

    def type_in(*texts):
        return from_history(texts)

    return type_in

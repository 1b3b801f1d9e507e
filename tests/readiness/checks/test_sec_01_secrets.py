"""SEC-01: a secret anywhere in the notebook's file is found, with its cell and line."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from o16n.notebook.read import read_notebook
from o16n.readiness.check import Failed, Passed
from o16n.readiness.checks import sec_01_secrets as sec_01

KEY = "AKIAIOSFODNN7ABCDEFG"


def stream(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def html(text):
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": text}}


PLANTED = {
    "a line of code": ({"source": f"import os\nkey = '{KEY}'"}, {}, ("cell 1", 2)),
    "a line of an output": ({"outputs": [stream(["a\n", "b\n", KEY])]}, {}, ("cell 1 output 1", 3)),
    "a table in html": ({"outputs": [html(["<td>\n", KEY])]}, {}, ("cell 1 output 1", 2)),
    "a cell's metadata": (
        {"metadata": {"note": KEY}},
        {},
        ("cell 1 metadata", None),
    ),
    "the notebook's parameters": (
        {},
        {"papermill": {"parameters": {"db_password": "correcthorse9"}}},
        ("notebook metadata", None),
    ),
    "a markdown cell": (
        {"cell_type": "markdown", "source": f"use\n\n{KEY}"},
        {},
        ("markdown after cell 0", 3),
    ),
}


def subject_of(clean, tmp_path, cell, metadata):
    whole = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ""}
    told = {
        "cells": [{**whole, **cell}],
        "metadata": {"kernelspec": {"name": "python3", "language": "python"}, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = tmp_path / "train.ipynb"
    path.write_text(json.dumps(told))
    return replace(clean, notebook=read_notebook(path))


@pytest.mark.parametrize(("cell", "metadata", "place"), PLANTED.values(), ids=PLANTED)
def test_a_secret_is_a_blocker_wherever_it_stands(clean, tmp_path, cell, metadata, place):
    outcome = sec_01.check(subject_of(clean, tmp_path, cell, metadata))
    assert isinstance(outcome, Failed)
    assert outcome.severity == "blocker"
    assert outcome.evidence.value == 1
    where, line, _ = outcome.evidence.tables[0].rows[0]
    assert where == place[0]
    assert place[1] in (line, None)


def test_what_is_found_is_never_repeated(clean, tmp_path):
    outcome = sec_01.check(subject_of(clean, tmp_path, {"source": KEY}, {}))
    assert KEY not in repr(outcome)


def test_a_picture_is_not_searched(clean, tmp_path):
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": KEY}}
    assert isinstance(sec_01.check(subject_of(clean, tmp_path, {"outputs": [picture]}, {})), Passed)


def test_a_clean_notebook_passes_with_the_number_of_texts(clean):
    outcome = sec_01.check(clean)
    assert isinstance(outcome, Passed)
    assert outcome.evidence.n == 1

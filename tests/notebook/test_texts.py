"""Every text of a notebook's file is found with its place, pictures left out."""

from __future__ import annotations

import json

from o16n.notebook.notebook import Cell, Notebook
from o16n.notebook.texts import texts_in, texts_of

FILE = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# title\n", "read me"]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "id": "abc",
            "metadata": {"tags": ["parameters"], "note": "SECRET-1"},
            "source": ["a = 1\n", "b = 2"],
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
                {
                    "output_type": "display_data",
                    "metadata": {},
                    "data": {
                        "text/html": ["<b>x</b>\n", "<i>SECRET-2</i>"],
                        "image/png": "QUJD",
                        "image/svg+xml": "<svg>SECRET-3</svg>",
                        "application/json": {"k": "SECRET-4"},
                    },
                },
                {
                    "output_type": "error",
                    "ename": "E",
                    "evalue": "SECRET-5",
                    "traceback": ["line one", "line SECRET-6"],
                },
            ],
        },
        {
            "cell_type": "raw",
            "metadata": {},
            "source": "SECRET-7",
            "attachments": {"a.png": {"image/png": "QUJD", "text/plain": "SECRET-8"}},
        },
    ],
    "metadata": {"papermill": {"parameters": {"password": "SECRET-9"}}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
PLACES = {
    1: "cell 1 metadata",
    2: "cell 1 output 2",
    3: "cell 1 output 2",
    4: "cell 1 output 2",
    5: "cell 1 output 3",
    6: "cell 1 output 3",
    7: "raw after cell 1",
    8: "raw after cell 1 metadata",
    9: "notebook metadata",
}


def test_every_text_of_the_file_is_found_where_it_stands(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(FILE))
    found = texts_in(path)
    for number, place in PLACES.items():
        assert [one.where for one in found if f"SECRET-{number}" in one.text] == [place]
    assert not [one for one in found if "QUJD" in one.text]


def test_lines_are_those_of_the_cell_and_of_the_output(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(FILE))
    by_place = {}
    for one in texts_in(path):
        by_place.setdefault(one.where, []).append(one.text)
    assert by_place["markdown after cell 0"] == ["# title\nread me"]
    assert by_place["cell 1"] == ["a = 1\nb = 2"]
    assert "one\ntwo\n" in by_place["cell 1 output 1"]
    assert "<b>x</b>\n<i>SECRET-2</i>" in by_place["cell 1 output 2"]
    assert "line one\nline SECRET-6" in by_place["cell 1 output 3"]
    assert '"password": "SECRET-9"' in by_place["notebook metadata"][0]


def test_format_3_with_its_worksheets_is_searched_too(tmp_path):
    old = {
        "worksheets": [
            {
                "cells": [
                    {
                        "cell_type": "code",
                        "input": ["SECRET-1"],
                        "outputs": [{"output_type": "pyout", "text": ["SECRET-2"], "png": "QUJD"}],
                    }
                ]
            }
        ],
        "metadata": {"name": "SECRET-3"},
        "nbformat": 3,
    }
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old))
    found = {one.text.strip(): one.where for one in texts_in(path)}
    assert found["SECRET-1"] == "cell 1"
    assert found["SECRET-2"] == "cell 1 output 1"
    assert any("SECRET-3" in text for text in found)
    assert not any("QUJD" in text for text in found)


def test_a_notebook_from_history_and_the_outputs_of_a_later_run_are_searched(tmp_path):
    output = {"output_type": "stream", "text": "printed"}
    cells = (
        Cell(number=1, id=None, kind="code", source="x = 1", outputs=(output,)),
        Cell(number=0, id=None, kind="markdown", source="words"),
    )
    told = {(one.where, one.text) for one in texts_of(Notebook(path=None, cells=cells))}
    assert {("cell 1", "x = 1"), ("cell 1 output 1", "printed")} <= told
    assert ("markdown after cell 1", "words") in told
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(FILE))
    both = texts_of(Notebook(path=path, cells=cells))
    assert any(one.text == "printed" for one in both)
    assert any("SECRET-9" in one.text for one in both)
    assert len(both) == len(set(both))

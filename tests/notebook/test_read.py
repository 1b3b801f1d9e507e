"""Any .ipynb is read as people and tools leave it."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.errors import NotebookError
from o16n.notebook.read import from_history, read_notebook


def read(tmp_path, told, *, data=None):
    path = tmp_path / "a.ipynb"
    path.write_bytes(data if data is not None else json.dumps(told).encode())
    return read_notebook(path)


def v4(*cells, **metadata):
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def test_format_3_with_worksheets_headings_and_prompt_numbers(tmp_path):
    sheets = [
        {"cells": [{"cell_type": "heading", "level": 1, "source": ["Title"]}]},
        {"cells": [{"cell_type": "code", "input": ["a = 1\n", "b"], "prompt_number": 4}]},
        {"metadata": {}},
        None,
    ]
    told = {"nbformat": 3, "metadata": {"name": ""}, "worksheets": sheets}
    heading, code = read(tmp_path, told).cells
    assert (heading.kind, heading.number, heading.source) == ("markdown", 0, "Title")
    assert (code.source, code.execution_count, code.id, code.number) == ("a = 1\nb", 4, None, 1)


def test_the_source_is_a_text_or_a_list_and_what_is_neither_is_empty(tmp_path):
    cells = [{"cell_type": "code", "source": s} for s in ("a\nb", ["a\n", "b"], None, 7, ["a", 3])]
    found = [cell.source for cell in read(tmp_path, v4(*cells)).code]
    assert found == ["a\nb", "a\nb", "", "", "a"]


def test_numbers_count_code_cells_only_and_raw_cells_are_kept(tmp_path):
    cells = [
        {"cell_type": kind, "source": kind} for kind in ("markdown", "code", "raw", "odd", "code")
    ]
    found = [(cell.kind, cell.number) for cell in read(tmp_path, v4(*cells)).cells]
    assert found == [("markdown", 0), ("code", 1), ("raw", 0), ("raw", 0), ("code", 2)]


@pytest.mark.parametrize("metadata", [None, [], "x", 3])
def test_metadata_of_another_type_reads_as_none(tmp_path, metadata):
    told = v4({"cell_type": "code", "source": "x", "metadata": metadata, "outputs": metadata})
    told["metadata"] = metadata
    notebook = read(tmp_path, told)
    assert notebook.metadata == {}
    assert notebook.kernel == "python3"
    assert notebook.code[0].tags == frozenset()
    assert notebook.code[0].outputs == ()


def test_cells_that_are_no_objects_are_passed_over(tmp_path):
    notebook = read(tmp_path, v4(None, "x = 1", 3, [], {"cell_type": "code", "source": "y"}))
    assert [cell.source for cell in notebook.code] == ["y"]


def test_a_single_tag_written_as_text_is_that_tag(tmp_path):
    cell = {"cell_type": "code", "source": "a = 1", "metadata": {"tags": "parameters"}}
    assert read(tmp_path, v4(cell)).code[0].tags == {"parameters"}


@pytest.mark.parametrize("count", [True, "7", 2.0, None, []])
def test_an_execution_count_is_a_whole_number_or_nothing(tmp_path, count):
    cell = {"cell_type": "code", "source": "a", "execution_count": count}
    assert read(tmp_path, v4(cell)).code[0].execution_count is None


def test_a_byte_order_mark_nan_and_lone_surrogates_are_read(tmp_path):
    text = '{"cells": [{"cell_type": "code", "source": "s = \'\\ud83d\'", "outputs": [{"x": NaN}]}], "metadata": {}}'
    notebook = read(tmp_path, None, data=b"\xef\xbb\xbf" + text.encode())
    assert notebook.code[0].source == "s = '\ud83d'"
    assert len(notebook.digest) == 64


def test_ids_are_kept_as_they_are_also_twice_and_in_metadata(tmp_path):
    cells = [
        {"cell_type": "code", "source": "", "id": "a"},
        {"cell_type": "code", "source": "", "id": "a"},
        {"cell_type": "code", "source": "", "metadata": {"id": "colab"}},
        {"cell_type": "code", "source": "", "id": 5},
    ]
    found = [cell.id for cell in read(tmp_path, v4(*cells)).code]
    assert found == ["a", "a", "colab", None]


def test_an_empty_notebook_has_no_cells(tmp_path):
    assert read(tmp_path, v4()).cells == ()


def test_a_giant_output_is_read_and_the_cell_stands(tmp_path):
    big = {"output_type": "stream", "text": "x" * 5_000_000}
    notebook = read(tmp_path, v4({"cell_type": "code", "source": "a", "outputs": [big, 3]}))
    assert len(notebook.code[0].outputs) == 1


@pytest.mark.parametrize("language", ["python", "Python", "python3", "ipython"])
def test_python_goes_by_several_names(tmp_path, language):
    notebook = read(tmp_path, v4(kernelspec={"language": language, "name": "mine"}))
    assert (notebook.language, notebook.kernel) == ("python", "mine")


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": {"language": "R", "name": "ir"}},
        {"language_info": {"name": "julia"}},
        {"kernelspec": None, "language_info": {"name": "scala"}},
    ],
)
def test_another_language_is_named_and_refused(tmp_path, metadata):
    with pytest.raises(NotebookError, match=r"is written in (R|julia|scala)"):
        read(tmp_path, v4(**metadata))


@pytest.mark.parametrize(
    "text",
    ["", "not json", "[]", "{}", '{"cells": 3}', "null", "[" * 100_000, '{"cells": null}', "\x00"],
)
def test_what_is_no_notebook_is_refused_in_one_line(tmp_path, text):
    with pytest.raises(NotebookError) as refusal:
        read(tmp_path, None, data=text.encode())
    assert "\n" not in str(refusal.value)
    assert "a.ipynb" in str(refusal.value)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    with pytest.raises(NotebookError, match="is not JSON"):
        read(tmp_path, None, data=b'{"cells": "\xff\xfe"}')


def test_a_missing_file_and_a_directory_are_told_apart(tmp_path):
    with pytest.raises(NotebookError, match="no such notebook"):
        read_notebook(tmp_path / "none.ipynb")
    with pytest.raises(NotebookError, match="is a directory"):
        read_notebook(tmp_path)
    with pytest.raises(NotebookError, match="no such notebook"):
        read_notebook(tmp_path / "a\x00b.ipynb")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("{}")
    path.chmod(0)
    with pytest.raises(NotebookError, match="may not be read"):
        read_notebook(path)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
CELL = ANYTHING | st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", 3]),
        "source": ANYTHING,
        "input": ANYTHING,
        "metadata": ANYTHING | st.fixed_dictionaries({"tags": ANYTHING}),
        "outputs": ANYTHING,
        "execution_count": ANYTHING,
        "id": ANYTHING,
    },
)


@settings(deadline=None, max_examples=150)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "cells": st.lists(CELL, max_size=4) | ANYTHING,
            "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(CELL, max_size=2)}))
            | ANYTHING,
            "metadata": ANYTHING
            | st.fixed_dictionaries({"kernelspec": ANYTHING, "language_info": ANYTHING}),
        },
    )
)
def test_whatever_json_it_is_it_is_a_notebook_or_refused_in_words(tmp_path_factory, told):
    path = tmp_path_factory.mktemp("any") / "a.ipynb"
    path.write_text(json.dumps(told))
    try:
        notebook = read_notebook(path)
    except NotebookError:
        return
    assert [cell.number for cell in notebook.code] == list(range(1, len(notebook.code) + 1))
    assert all(isinstance(cell.source, str) for cell in notebook.cells)


def test_a_history_keeps_the_counts_of_what_was_executed():
    notebook = from_history(["", "a = 1", "", "b = '\ud83d'"])
    assert [(cell.number, cell.execution_count) for cell in notebook.code] == [(1, 1), (2, 3)]
    assert notebook.path is None

"""Which cells supply the preparation, and what is wrong with them before anything runs."""

from __future__ import annotations

import ast

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from o16n.errors import NotebookError
from o16n.notebook.preflight import preflight
from o16n.notebook.preparation import as_typed, defines, findings, refuse_unloaded, supplies
from o16n.notebook.read import from_history

GOOD = "%%o16n recipe\ndef prepare(rows):\n    return rows"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (GOOD, True),
        ("\n\n  %%o16n  recipe \n" + GOOD[14:], True),
        ("%%o16n recipe", True),
        ("%%o16n recipes\nx", False),
        ("%o16n recipe\nx", False),
        ("# %%o16n recipe\nx", False),
        ("x = '''\n%%o16n recipe\n'''", False),
    ],
)
def test_a_cell_is_marked_in_its_first_line(source, told):
    assert supplies(source) is told


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def prepare(rows): ...", True),
        ("prepare = made(3)", True),
        ("other = prepare = made(3)", True),
        ("if True:\n    def prepare(rows): ...", False),
        ("prepare", False),
        ("class prepare: ...", False),
    ],
)
def test_what_stands_at_the_top_of_a_cell_defines_it(source, told):
    assert defines(ast.parse(source)) is told


@pytest.mark.parametrize(
    "typed",
    [GOOD, "%%time\nx = 1\n", "x = 'é'\n", "%o16n package\n", "%%o16n recipe\nx = '''\n\\n'''\n"],
)
def test_ipythons_history_is_read_back_as_it_was_typed(typed):
    executed = TransformerManager().transform_cell(typed)
    told = as_typed(executed)
    assert told.rstrip("\n") == (typed if typed.startswith("%%") else executed).rstrip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "get_ipython().run_cell_magic(",
        "get_ipython().run_cell_magic(x, y, z)",
        "get_ipython().run_cell_magic('a')",
    ],
)
def test_what_only_looks_like_history_is_left_as_it_is(text):
    assert as_typed(text) == text


def test_a_marked_cell_is_fine_once_o16n_is_loaded_above_it():
    for load in (
        "%load_ext o16n",
        "%reload_ext o16n",
        "import o16n\no16n.load_ipython_extension(get_ipython())",
    ):
        notebook = from_history(["", load, GOOD])
        assert list(findings(notebook)) == []
        refuse_unloaded(notebook)


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (
            [GOOD],
            "cell 1 line 1: %%o16n recipe is unknown to a kernel that has not loaded o16n; put %load_ext o16n into a cell above it",
        ),
        (
            [GOOD, "%load_ext o16n"],
            "cell 1 line 1: %%o16n recipe is unknown to a kernel that has not loaded o16n; put %load_ext o16n into a cell above it",
        ),
        (
            ["%load_ext o16n", "%%o16n recipe\nx = 1"],
            "cell 2 line 1: a cell marked %%o16n recipe defines no prepare(rows); write def prepare(rows): … return the model's inputs",
        ),
    ],
)
def test_what_cannot_work_is_said_in_one_line_at_preflight(cells, line):
    notebook = from_history(["", *cells])
    (found,) = [one for one in preflight(notebook) if one.slug == "recipe-cell"]
    assert f"{found.place}: {found.message}; {found.hint}" == line
    assert found.severity == "error"
    with pytest.raises(NotebookError) as told:
        refuse_unloaded(notebook)
    assert str(told.value) == line

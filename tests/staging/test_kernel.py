"""Staging leaves the kernel as it was, and what it refuses is told outside in the same words."""

from __future__ import annotations

import json
import os
import random
import warnings
from pathlib import Path

import numpy as np
import pytest

from o16n import errors
from o16n.files import canonical_json
from o16n.notebook.notebook import Cell, Notebook
from o16n.staging.kernel import (
    INJECTED,
    RESULT,
    as_executed,
    kernel_as_it_was,
    stage_in_kernel,
    staged_by,
)


def state_of_all():
    """Return what a person's kernel must have again."""
    legacy = np.random.get_state()[1].tolist()  # noqa: NPY002 - what notebooks use
    return random.getstate(), legacy, Path.cwd(), list(warnings.filters)


def disturb(folder):
    random.random()
    np.random.rand(3)  # noqa: NPY002
    os.chdir(folder)
    warnings.simplefilter("error")


def test_random_states_folder_and_filters_are_given_back(tmp_path):
    before = state_of_all()
    with kernel_as_it_was():
        disturb(tmp_path)
        assert state_of_all() != before
    assert state_of_all() == before


def test_they_are_given_back_after_an_error_too(tmp_path):
    before = state_of_all()

    def fail():
        with kernel_as_it_was():
            disturb(tmp_path)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert state_of_all() == before


def code(number, source, count=None, *, tags=(), outputs=()):
    return Cell(
        number=number, id=None, kind="code", source=source, execution_count=count,
        tags=frozenset(tags), outputs=tuple(outputs),
    )  # fmt: skip


TEXT = Cell(number=0, id=None, kind="markdown", source="# Words")
SAID = {"output_type": "stream", "text": "5"}


def book(*cells, path=None):
    return Notebook(path=path, cells=cells)


def test_counts_and_outputs_are_those_of_this_run():
    kept = book(code(1, "x = 2", 7, outputs=[{"text": "old"}]), TEXT, code(2, "x + 3"))
    ran = book(code(1, "x = 2", 1), TEXT, code(2, "x + 3", 2, outputs=[SAID]))
    found = as_executed(kept, ran)
    assert [one.execution_count for one in found.code] == [1, 2]
    assert [one.outputs for one in found.code] == [(), (SAID,)]
    assert [one.source for one in found.cells] == ["x = 2", "# Words", "x + 3"]


def test_the_cell_that_papermill_adds_is_passed_over():
    kept = book(code(1, "a = 1", tags=["parameters"]), code(2, "a"))
    ran = book(code(1, "a = 1", 1), code(2, "a = 5", 2, tags=[INJECTED]), code(3, "a", 3))
    assert [one.execution_count for one in as_executed(kept, ran).code] == [1, 3]


@pytest.mark.parametrize(
    "ran",
    [
        book(code(1, "x = 3", 1), path=Path("executed.ipynb")),
        book(path=Path("executed.ipynb")),
        book(code(1, "y", 1), code(2, "x = 2", 2), path=Path("executed.ipynb")),
    ],
    ids=["another text", "none", "in another order"],
)
def test_a_run_of_another_notebook_is_refused(ran):
    with pytest.raises(errors.NotebookError, match=r"executed\.ipynb: .* has other cells"):
        as_executed(book(code(1, "x = 2")), ran)


KINDS = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, errors.O16nError)
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.__name__)
def test_an_error_keeps_its_kind_words_and_exit_code_on_its_way_out_of_the_kernel(kind, tmp_path):
    told = {
        "error": kind.__name__,
        "what": "was wrong",
        "where": "cell 2 line 3",
        "hint": "mend it",
    }
    (tmp_path / RESULT).write_bytes(canonical_json(told))
    with pytest.raises(kind) as raised:
        staged_by(tmp_path)
    assert type(raised.value) is kind
    assert str(raised.value) == "cell 2 line 3: was wrong; mend it"
    assert raised.value.exit_code == kind.exit_code
    assert raised.value.as_json()["error"]["kind"] == kind.__name__


def test_what_was_staged_is_where_it_says(tmp_path):
    (tmp_path / RESULT).write_bytes(canonical_json({"staged": "bundles/.x"}))
    assert staged_by(tmp_path) == Path("bundles/.x")


def test_a_refusal_in_the_kernel_is_left_as_a_file(tmp_path, written, monkeypatch):
    path = written("secret = 'AKIA' 'IOSFODNN7EXAMPLE'\nx = 1")
    (tmp_path / "executed.ipynb").write_bytes(path.read_bytes())
    monkeypatch.setenv("O16N_RUN", str(tmp_path))
    request = {"folder": str(tmp_path), "out": None, "model": None, "data": None, "target": None}
    stage_in_kernel({"__name__": "__main__", "x": 1}, str(path), json.dumps(request))
    told = json.loads((tmp_path / RESULT).read_bytes())
    assert set(told) == {"error", "what", "where", "hint"}
    with pytest.raises(errors.O16nError) as raised:
        staged_by(tmp_path)
    assert raised.value.what == told["what"]
    assert list(tmp_path.glob("**/.*")) == []

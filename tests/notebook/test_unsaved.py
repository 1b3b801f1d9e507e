"""What ran and is not in the file is named by its In [n]; what was changed, run again and saved is not."""

from __future__ import annotations

import pytest

from o16n.notebook.unsaved import unsaved

SAVED = "nb.ipynb does not hold {}, which ran here: save it and package again"


def counted(*texts):
    """Cells as saved after they ran one after the other."""
    return [(text, {"execution_count": n}) for n, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("ran", "told"),
    [
        (["a = 1", "b = 2"], ""),
        (["a = 1", "b = 2", "c = 3"], "In [3]"),
        (["a = 1", "b = 2", "  b = 2\n", ""], ""),
        (["a = 1", "b = 2", "b = 3", "a = 1", "d = 4"], "In [3], In [5]"),
        (["a = 1", "b = 2", *"pqrst"], "In [3], In [4], In [5] and 2 more"),
        (["a = 1", "b = 2", "%load_ext o16n", "# then\nb = %o16n package", "%o16n"], ""),
        (["a = 1", "b = 2", "%load_ext o16n\nc = 3"], "In [3]"),
        (["a = 1", "b = 2", "%load_ext autoreload"], "In [3]"),
        (["a = 1", "b = 2", "o16n = 3"], "In [3]"),
    ],
)
def test_what_ran_after_the_file_was_saved_is_named(written, ran, told):
    notebook = written(*counted("a = 1", "b = 2"))
    assert unsaved(["", *ran], notebook) == (SAVED.format(told) if told else "")


def test_a_cell_that_was_changed_and_ran_again_before_it_was_saved_is_not_asked_for(written):
    notebook = written(("a = 3", {"execution_count": 3}), ("b = 2", {"execution_count": 2}))
    assert unsaved(["", "a = 1", "b = 2", "a = 3"], notebook) == ""
    assert unsaved(["", "a = 1", "b = 2", "a = 3", "b = 5"], notebook) == SAVED.format("In [4]")


def test_counts_of_an_earlier_kernel_hide_nothing(written):
    notebook = written(("a = 1", {"execution_count": 40}), ("b = 2", {"execution_count": 2}))
    assert unsaved(["", "a = 1", "c = 3"], notebook) == SAVED.format("In [2]")


def test_a_notebook_without_a_file_lacks_nothing(typed):
    assert unsaved(["", "a = 1", "b = 2"], typed("a = 1")) == ""

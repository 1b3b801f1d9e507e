"""A traceback's deepest line within the failing cell is the line that is told."""

from __future__ import annotations

import pytest

from o16n.errors import UsageError
from o16n.runs.outcome import judge, line_in_cell
from o16n.runs.progress import Failure, Progress


def failure(traceback, count=5):
    return Failure(name="E", message="m", traceback=traceback, count=count)


@pytest.mark.parametrize(
    ("traceback", "line"),
    [
        ("Cell In[5], line 3\n      1 a\n----> 3 f()", 3),
        ("\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[5]\x1b[39m\x1b[32m, line 2\x1b[39m", 2),
        ("Cell In[5], line 3\n...\nCell In[2], line 9, in f(x)", 3),
        ("Cell In[5], line 9, in g\nCell In[5], line 4, in f(x)", 4),
        ("Input In [5], in <cell line: 7>()", 7),
        ("Cell In [5], line 6", 6),
        ("  File /site-packages/x.py:12, in g", None),
        ("", None),
    ],
)
def test_the_line_is_that_of_the_cell_itself(traceback, line):
    assert line_in_cell(failure(traceback)) == line


def progress(**told):
    return Progress(on_event=lambda _: None, **told)


@pytest.mark.parametrize(
    ("ended_by", "told", "status"),
    [
        (None, {}, "completed"),
        (RuntimeError("dead"), {"stopped": 15, "died": True}, "stopped"),
        (KeyboardInterrupt(), {}, "stopped"),
        (RuntimeError("dead"), {"died": True}, "kernel died"),
        (TimeoutError(), {"timed_out": "too long"}, "timed out"),
        (UsageError("no disk"), {}, "failed"),
        (UsageError("no disk"), {"phase": "ended", "cells": 1, "cells_done": 1}, "failed"),
        (
            UsageError("packaging"),
            {"phase": "ended", "cells": 1, "cells_done": 1, "snippet_traceback": "…"},
            "completed",
        ),
        (
            UsageError("packaging"),
            {"phase": "ended", "cells": 2, "cells_done": 1, "snippet_traceback": "…"},
            "failed",
        ),
    ],
)
def test_completed_is_said_only_of_what_completed(ended_by, told, status):
    assert judge(ended_by, progress(**told))[0] == status


def test_an_error_in_the_values_passed_says_so():
    one = progress(injected=True, failure=failure("", count=1))
    assert judge(RuntimeError(), one)[1].message == "in the parameters passed: m"


def test_a_long_message_is_told_by_its_first_line():
    long = Failure(name="E", message="first\nlast\n", traceback="", count=1)
    assert judge(RuntimeError(), progress(failure=long))[1].message == "first"

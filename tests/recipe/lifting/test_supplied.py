"""The preparation that a person supplies, called and traced in this process, proven in its child."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from o16n.errors import NotLifted
from o16n.recipe.lifting.in_child import lift_in_child
from o16n.recipe.lifting.lift import lift
from o16n.recipe.lifting.request import Request, Wanted
from o16n.recipe.lifting.supplied import supply
from o16n.recipe.replay import play
from o16n.recipe.tracing.replies import Replies
from o16n.recipe.tracing.trace import CellText, trace
from tests.recipe.lifting.test_in_child import FIT, PREPARE, _asked
from tests.recipe.tracing.traced import HEAD, frame

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.recipe.lifting.in_child import Found
    from o16n.recipe.lifting.supplied import Supplied
    from o16n.recipe.tracing.trace import Trace

GOOD = """median = df['a'].median()
columns = list(X.columns)

def prepare(rows):
    made = rows.assign(a=rows['a'].fillna(median))
    made = pd.get_dummies(made, columns=['g'])
    return sc.transform(made.reindex(columns=columns, fill_value=False))"""


def _supplied(folder: Path, prepare: str, *, notebook: str = PREPARE) -> Found:
    from dataclasses import replace

    request, _ = _asked(folder, notebook, FIT, prepare)
    *before, last = request.cells
    return lift_in_child(replace(request, cells=(*before, replace(last, supplies=True))))


def test_a_supplied_preparation_is_lifted_and_proven_like_the_notebooks_own(tmp_path: Path) -> None:
    found = _supplied(tmp_path, GOOD)
    assert (found.recipe.state, found.recipe.supplied) == ("proven", 4)
    assert found.recipe.reason.startswith("prepare(rows), supplied by cell 4, leads from")
    assert {one.site.cell for one in found.recipe.operations} == {4}
    raw = pd.read_csv(tmp_path / "rows.csv")
    assert found.proof.matched == found.proof.compared == len(raw)
    assert found.proof.alone_tried == found.proof.alone > 0
    assert found.proof.injected == found.proof.injected_same > 0
    one = play(found.recipe, raw.iloc[[3]])
    np.testing.assert_array_equal(one.value, play(found.recipe, raw).value[[3]])


def test_it_stands_before_the_notebooks_own_lines_also_where_those_can_be_lifted(
    tmp_path: Path,
) -> None:
    shared = "def prepare(rows):\n    return rows[['a', 'k']].fillna(0)\n"
    given, run = _here(tmp_path, FIT_X, shared)
    assert lift(run.recorder, run.recorder.uses[0]).operations[-1].site.cell == 2
    assert {one.site.cell for one in given.lifted.operations} == {3}


ROWS_LOST = """X = np.empty((len(df), 2))
X[:, 0] = df['a'].fillna(-50)
X[:, 1] = df['k']
m = LogisticRegression().fit(X, df['y'])"""
AGAIN = "def prepare(rows):\n    return rows[['a', 'k']].fillna(-50).to_numpy()"


def _here(folder: Path, *cells: str, found: bool = True) -> tuple[Supplied, Trace]:
    """Trace cells, the last of which supplies the preparation, and hold it against what `m` was fitted on."""
    frame().to_csv(folder / "rows.csv", index=False)
    texts = [HEAD.format(path=str(folder / "rows.csv")), *cells]
    told = tuple(
        CellText(order=k, number=k + 10, source=text, supplies=k == len(texts))
        for k, text in enumerate(texts, 1)
    )
    run = trace(list(told))
    use = next(iter(run.recorder.uses), None) if found else None
    matrix = np.asarray(run.names["X"])
    request = Request(
        cells=told,
        replies=Replies(),
        wanted=(Wanted(role="train", name="X", matrix=matrix),),
        model=b"",
        folder=str(folder),
    )
    given = supply(run, request, {"train": use})
    assert given is not None
    return given, run


def test_where_the_trace_lost_the_rows_their_values_tell_which_they_are(tmp_path: Path) -> None:
    given, run = _here(tmp_path, ROWS_LOST, AGAIN)
    assert run.recorder.uses == []
    first = 10**9 * (len(run.recorder.sources) - 1)
    raw = frame()[["a", "k"]].fillna(-50).to_numpy()
    np.testing.assert_array_equal(raw[given.use.rows - first], given.use.snapshot)
    assert len(set(given.use.rows)) > 30  # equal rows are given out in order


def test_rows_that_the_supplied_inputs_do_not_hold_are_counted(tmp_path: Path) -> None:
    other = AGAIN.replace("-50", "9")
    with pytest.raises(NotLifted) as told:
        _here(tmp_path, ROWS_LOST, other)
    gone = int(frame()["a"].isna().sum())
    assert str(told.value) == (
        "cell 13: prepare(rows) gives other inputs than the notebook's: "
        f"{gone} of 40 rows are not among them; it must give what X holds"
    )


def test_what_it_takes_from_the_notebook_is_frozen_and_only_its_rows_are_live(
    tmp_path: Path,
) -> None:
    fit = "X = df[['a', 'k']].fillna(df['a'].mean())\nm = LogisticRegression().fit(X, df['y'])"
    taken = "def prepare(rows):\n    return rows[['a', 'k']].fillna(df['a'].mean())"
    given, run = _here(tmp_path, fit, taken)
    *_, fill = given.lifted.operations
    assert fill.arguments[-1] == frame()["a"].mean()
    live = {one.function for one in given.lifted.operations}
    assert live == {"source", "getitem", "method"}
    assert given.lifted.operations[0].arguments == (len(run.recorder.sources) - 1,)


FIT_X = "X = df[['a', 'k']].fillna(0)\nm = LogisticRegression().fit(X, df['y'])"
REFUSED = {
    "other inputs": (
        "def prepare(rows):\n    return rows[['a', 'k']].fillna(1).to_numpy()",
        "cell 13: prepare(rows) gives other inputs than the notebook's: 6 of 40 rows differ, the first is 1.0 instead of 0.0",
    ),
    "other columns": (
        "def prepare(rows):\n    return rows[['a']].fillna(0)",
        "other inputs than the notebook's: shape (40, 1) instead of (40, 2)",
    ),
    "an error": (
        "def prepare(rows):\n    rows = rows.copy()\n    return rows[['wrong']]",
        "cell 13 line 3: prepare(rows) raises KeyError: ",
    ),
    "nothing": (
        "def prepare(rows):\n    rows['a'] = rows['a'].fillna(0)",
        "cell 13: prepare(rows) gives nothing, whose rows are not those it was given; return a table",
    ),
    "the notebook's own rows": (
        "def prepare(rows):\n    return X",
        "gives a DataFrame, whose rows are not those it was given",
    ),
    "order": (
        "def prepare(rows):\n    rows['k'] = rows['k'].shift(0)\n    return rows[['a', 'k']].fillna(0)",
        "cell 3 line 2: `shift` takes values from other rows",
    ),
    "no function": ("other = 1", "cell 13: a cell marked %%o16n recipe defines no function"),
    "a cell that fails": (
        "missing + 1\ndef prepare(rows=missing):\n    return rows",
        "cell 13 line 2: the preparation of this cell cannot be defined once more: NameError",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_with_cell_and_line(name: str, tmp_path: Path) -> None:
    prepare, words = REFUSED[name]
    with pytest.raises(NotLifted) as told:
        _here(tmp_path, FIT_X, prepare)
    assert words in str(told.value)


def test_a_notebook_that_reads_nothing_has_no_rows_to_prepare(tmp_path: Path) -> None:
    made = "df = pd.DataFrame(np.arange(8.0).reshape(4, 2))\nX = df\n"
    run = trace([CellText(order=1, number=1, source=f"import numpy as np, pandas as pd\n{made}")])
    cell = CellText(order=2, number=2, source=AGAIN, supplies=True)
    again = trace([CellText(order=1, number=1, source="import numpy as np"), cell])
    assert run.recorder.sources == again.recorder.sources == []
    wanted = (Wanted(role="train", name="X", matrix=run.names["X"]),)
    request = Request(cells=(cell,), replies=Replies(), wanted=wanted, model=b"", folder=".")
    with pytest.raises(NotLifted, match="no rows to work on"):
        supply(again, request, {})

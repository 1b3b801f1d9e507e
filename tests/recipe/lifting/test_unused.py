"""A column that nothing uses asks nothing of a new row, however the notebook encoded it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from o16n.errors import RowsRefused
from o16n.recipe.lifting.lift import Lifted, lift, recipe_of
from o16n.recipe.replay import play
from tests.recipe.tracing.traced import frame, traced

if TYPE_CHECKING:
    from pathlib import Path

FIT = "m = LogisticRegression().fit(X, np.arange(len(X)) % 2)"
ENCODE = "df['g'] = LabelEncoder().fit_transform(df['g'])"
FILL = "df['a'] = df['a'].fillna(df['a'].mean())"

UNUSED = {
    "dropped by a list": f"{FILL}\n{ENCODE}\nX = df.drop(['g', 'id'], axis=1)",
    "dropped by a name": f"{FILL}\n{ENCODE}\nX = df.drop(columns='g')",
    "dropped in place": f"{FILL}\n{ENCODE}\ndf.drop('g', axis=1, inplace=True)\nX = df",
    "deleted": f"{FILL}\n{ENCODE}\ndel df['g']\nX = df",
    "never chosen": f"{FILL}\n{ENCODE}\nX = df[['a', 'k']]",
    "only one is chosen": f"{FILL}\n{ENCODE}\nX = df['a'].to_frame()",
    "copied on the way": f"{FILL}\n{ENCODE}\nd = df.copy()\nX = d.drop(columns=['g'])",
    "filtered on the way": f"{FILL}\n{ENCODE}\nd = df[df['k'] > 0]\nX = d.drop(columns=['g'])",
    "stored as an attribute": f"{FILL}\ndf.g = LabelEncoder().fit_transform(df.g)\nX = df.drop(columns='g')",
    "encoded twice": f"{FILL}\n{ENCODE}\ndf['g'] = df['g'] * 2\nX = df.drop(columns='g')",
}
USED = {
    "it stays": f"{FILL}\n{ENCODE}\nX = df",
    "it makes another": f"{FILL}\n{ENCODE}\ndf['h'] = df['g'] + 1\nX = df.drop(columns='g')",
    "rows are chosen by it": f"{FILL}\n{ENCODE}\nX = df[df['g'] > 0].drop(columns='g')",
    "all columns are chosen by type": f"{FILL}\n{ENCODE}\nX = df.select_dtypes('number')",
    "another is dropped": f"{FILL}\n{ENCODE}\nX = df.drop(columns='id')",
    "only rows are dropped": f"{FILL}\n{ENCODE}\nX = df.drop([0, 1])",
    "it is dropped from another frame": f"{FILL}\n{ENCODE}\nd = df.drop(columns='g')\nX = df",
}


def _lifted(folder: Path, cell: str) -> Lifted:
    run = traced(folder, cell, FIT)
    (use,) = [one for one in run.recorder.uses if one.method == "fit"]
    return lift(run.recorder, use)


@pytest.mark.parametrize("cell", UNUSED.values(), ids=UNUSED)
def test_a_row_without_a_level_of_an_unused_column_is_answered_as_the_notebook_did(
    tmp_path: Path, cell: str
) -> None:
    lifted = _lifted(tmp_path, cell)
    recipe = recipe_of(lifted)
    rows = frame()
    plain = play(recipe, rows)
    rows["g"] = "a level that training never had"
    changed = play(recipe, rows)
    assert np.array_equal(np.asarray(plain.value), np.asarray(changed.value), equal_nan=True)
    assert len(plain.rows) == len(lifted.rows)
    assert not any("LabelEncoder" in one.site.text for one in lifted.operations)
    stores = [one for one in lifted.operations if "stands in" in one.site.text]
    assert all("'g' is not used" in one.site.text for one in stores)


@pytest.mark.parametrize("cell", USED.values(), ids=USED)
def test_a_column_that_something_uses_is_still_encoded(tmp_path: Path, cell: str) -> None:
    lifted = _lifted(tmp_path, cell)
    assert any("LabelEncoder" in one.site.text for one in lifted.operations)
    rows = frame()
    rows["g"] = "a level that training never had"
    with pytest.raises(RowsRefused):
        play(recipe_of(lifted), rows)

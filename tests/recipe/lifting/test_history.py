"""Columns that need history: named with what they need, and given by the caller where o16n.toml says so."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from o16n.errors import NotLifted, O16nError, UnknownName, UsageError
from o16n.recipe import recipe_file
from o16n.recipe.lifting.history import give
from o16n.recipe.lifting.lift import lift, recipe_of
from o16n.recipe.lifting.request import Request, Wanted
from o16n.recipe.lifting.supplied import supply
from o16n.recipe.proof import Use
from o16n.recipe.prove import prove
from o16n.recipe.replay import apply
from o16n.recipe.tracing.replies import Replies
from o16n.recipe.tracing.trace import CellText, trace

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.recipe.proof import Proof
    from o16n.recipe.recipe import Recipe

READ = """import numpy as np, pandas as pd
from sklearn.linear_model import LinearRegression
df = pd.read_csv({path!r})
df['day'] = pd.to_datetime(df['day'])
"""
FIT = "\nX = d[['price', 'lag', 'open']]\nm = LinearRegression().fit(X, d['sales'])"
LAG = "df['lag'] = df.groupby('store')['sales'].shift(1)\n"


@pytest.fixture
def path(tmp_path: Path) -> str:
    rng = np.random.default_rng(0)
    days = [f"2026-01-{day:02}" for day in range(1, 21)]
    rows = [(store, day) for day in days[::-1] for store in ("north", "south")]
    made = pd.DataFrame(rows, columns=["store", "day"])
    made["price"] = rng.normal(10, 1, len(made)).round(2)
    made["open"] = rng.integers(0, 2, len(made))
    made["sales"] = rng.integers(50, 99, len(made))
    made.to_csv(tmp_path / "sales.csv", index=False)
    return str(tmp_path / "sales.csv")


def given(path: str, cell: str, *names: str) -> tuple[Recipe, Proof, Any, pd.DataFrame]:
    """Return the recipe and proof of a cell that makes X of df, the model's input and the raw rows."""
    cells = [READ.format(path=path), cell]
    run = trace([CellText(order=k, number=k, source=one) for k, one in enumerate(cells, 1)])
    assert run.failed == []
    give(run.recorder, names)
    (use,) = run.recorder.uses
    found = lift(run.recorder, use)
    files = recipe_file.to_files(recipe_of(found))
    recipe = recipe_file.from_files(files.__contains__, files.__getitem__)
    uses = [Use(matrix=use.snapshot, places=found.rows, method="fit")]
    recipe, proof = prove(recipe, found.raw, uses, use.model)
    return recipe, proof, use.snapshot, found.raw


MAKERS = {
    "stored": LAG + "d = df.dropna()",
    "after a sort, labelled anew": (
        "df = df.sort_values(['store', 'day']).reset_index(drop=True)\n" + LAG + "d = df.fillna(0)"
    ),
    "assigned": "df = df.assign(lag=df['sales'].rolling(3).mean(), n=1)\nd = df.dropna()",
    "inserted": "df.insert(2, 'lag', df['sales'].cumsum())\nd = df",
    "through loc": "df.loc[:, 'lag'] = df['sales'].shift(2).fillna(-1)\nd = df",
    "filled later": LAG + "df['lag'] = df['lag'].fillna(df['lag'].median())\nd = df",
    "with an index": "df = df.set_index('day')\n" + LAG + "d = df.fillna(0)",
    "rows taken out before": "df = df[df['price'] > 9.5]\n" + LAG + "d = df.dropna()",
    "for each part": (
        "a, b = df[df['store'] == 'north'].copy(), df[df['store'] == 'south'].copy()\n"
        "for part in (a, b):\n    part['lag'] = part['sales'].shift(1)\n"
        "d = pd.concat([a, b]).fillna(0)"
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MAKERS)
def test_a_given_column_is_one_of_the_raw_row_from_then_on(name: str, path: str) -> None:
    recipe, proof, matrix, raw = given(path, MAKERS[name] + FIT, "lag")
    assert (recipe.state, proof.failed) == ("proven", "")
    assert proof.matched == proof.compared == len(matrix)
    assert "lag" in recipe.raw_columns
    assert list(raw.columns) == ["store", "day", "price", "open", "sales", "lag"]
    row = {"store": "north", "day": "2026-02-01", "price": 11.5, "open": 1, "sales": 0, "lag": 77.0}
    alone = apply(recipe, pd.DataFrame([row])[list(recipe.raw_columns)])
    assert np.asarray(alone.value).tolist() == [[11.5, 77.0, 1.0]]


REFUSED = {
    "a lag by group": (
        LAG + "d = df.dropna()",
        "cell 2 line 1: `shift` takes values from other rows: it needs history: columns sales, by store",
        ["lag"],
    ),
    "several": (
        LAG
        + "df['mean'] = df.groupby(['store', 'open'])['price'].transform(lambda s: s.shift(1).rolling(2).mean())\n"
        + "d = df.assign(more=df['sales'].diff())\nX = d[['lag', 'mean', 'more']].fillna(0)",
        "needs history: columns sales, price, by store, open",
        ["lag", "mean", "more"],
    ),
    "a column of a column": (
        "df['before'] = df['sales'].rolling(3).mean()\ndf['lag'] = df['before'] / df['price']\nd = df.fillna(0)",
        "`rolling` takes values from other rows: it needs history: columns sales:",
        ["before"],
    ),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", REFUSED)
def test_the_refusal_names_what_is_needed_and_the_line_to_paste(name: str, path: str) -> None:
    cell, words, names = REFUSED[name]
    fit = FIT if "X = " not in cell else FIT.replace("X = d[['price', 'lag', 'open']]", "")
    with pytest.raises(NotLifted) as told:
        given(path, cell + fit)
    assert words in str(told.value)
    line = re.search(r"write at the top of o16n.toml: (.+)", str(told.value))
    assert line is not None
    assert tomllib.loads(line[1]) == {"history": {"given": names}}
    recipe, _, _, _ = given(path, cell + fit, *names)  # and pasted, it is enough
    assert recipe.state == "proven"


@pytest.mark.filterwarnings("ignore")
def test_what_is_given_already_stays_in_the_line(path: str) -> None:
    cell = LAG + "df['other'] = df['price'].shift(1)\nd = df.fillna(0)"
    fit = FIT.replace("'open'", "'other'")
    with pytest.raises(NotLifted, match=r'history\.given = \["lag", "other"\]'):
        given(path, cell + fit, "lag")


def test_a_shift_that_is_stored_nowhere_has_no_line(path: str) -> None:
    with pytest.raises(NotLifted) as told:
        given(
            path,
            "d = df\nX = df[['price']].shift(1).fillna(0)\nm = LinearRegression().fit(X, d['sales'])",
        )
    assert told.value.hint == "compute the column before the notebook, or drop it"


WRONG = {
    "unknown": (LAG + "d = df.dropna()", "lga", UnknownName, "unknown derived column 'lga'; did you mean lag?"),
    "raw": (LAG + "d = df.dropna()", "price", UsageError, "column 'price' is one of the raw rows already"),
    "lost rows": (
        "df = df[df['price'] > 9.5].reset_index(drop=True)\n" + LAG + "d = df.dropna()",
        "lag",
        NotLifted,
        "its rows were taken out of the raw rows and labelled anew; make it before",
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_given_is_refused_in_one_line(name: str, path: str) -> None:
    cell, column, kind, words = WRONG[name]
    with pytest.raises(O16nError) as told:
        given(path, cell + FIT, column)
    assert type(told.value) is kind
    assert words in str(told.value)


LOOPED = (
    "for days in [1, 3]:\n    df[f'lag_{days}'] = df.groupby('store')['sales'].shift(days)\n"
    "d = df.dropna()\nX = d[['price', 'lag_1', 'lag_3']]\nm = LinearRegression().fit(X, d['sales'])"
)


@pytest.mark.filterwarnings("ignore")
def test_a_column_for_each_turn_of_a_loop_is_told_and_given_by_its_own_name(path: str) -> None:
    with pytest.raises(NotLifted, match=r'history\.given = \["lag_1", "lag_3"\]'):
        given(path, LOOPED)
    recipe, proof, matrix, raw = given(path, LOOPED, "lag_1", "lag_3")
    assert (recipe.state, proof.matched) == ("proven", len(matrix))
    lags = raw.groupby("store")["sales"]
    for days in (1, 3):
        pd.testing.assert_series_equal(
            raw[f"lag_{days}"], lags.shift(days), check_names=False, check_dtype=False
        )


@pytest.mark.filterwarnings("ignore")
def test_given_columns_leave_what_the_notebook_reads_as_it_was(path: str) -> None:
    cell = LAG + "n = df.shape[1]\nd = df.iloc[:, [2, 3, -1]].fillna(n)\nX = d\n"
    fit = "m = LinearRegression().fit(X, df['sales'])"
    recipe, _, matrix, raw = given(path, cell + fit, "lag")
    assert recipe.state == "proven"
    assert matrix["lag"].isna().sum() == 0 < raw["lag"].isna().sum()
    assert matrix["lag"].iloc[0] == 6  # as many columns as the notebook's own table had


@pytest.mark.filterwarnings("ignore")
def test_a_supplied_preparation_is_given_them_with_the_rows(path: str) -> None:
    cells = [
        READ.format(path=path),
        LAG + "d = df.dropna()\nX = d[['lag']] * 2\nm = LinearRegression().fit(X, d['sales'])",
        "def prepare(rows):\n    return rows[['lag']] * 2",
    ]
    texts = tuple(
        CellText(order=k, number=k, source=one, supplies=k == len(cells))
        for k, one in enumerate(cells, 1)
    )
    run = trace(list(texts))
    give(run.recorder, ["lag"])
    (use,) = run.recorder.uses
    wanted = (Wanted(role="train", name="X", matrix=run.names["X"]),)
    request = Request(cells=texts, replies=Replies(), wanted=wanted, model=b"", folder=".")
    found = supply(run, request, {"train": use})
    assert found is not None
    assert {one.site.cell for one in found.lifted.operations} == {3}
    assert found.lifted.raw["lag"].notna().sum() == len(run.names["X"])

"""A recipe reads as the person's own statements, with what they learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from o16n.recipe.lifting.lift import lift
from o16n.recipe.recipe import Recipe
from o16n.recipe.shown import is_as_read, steps
from tests.recipe.tracing.traced import frame, traced

if TYPE_CHECKING:
    from pathlib import Path

FIT = "y = df['y']\nm = LogisticRegression().fit(X, y)"


def _recipe(folder: Path, *cells: str) -> Recipe:
    run = traced(folder, *cells, FIT)
    lifted = lift(run.recorder, run.recorder.uses[0])
    return Recipe(state="proven", reason="", operations=lifted.operations)


def _frozen(folder: Path, line: str) -> tuple[str, ...]:
    recipe = _recipe(folder, line, "X = df.select_dtypes('number').drop(columns='y').fillna(0)")
    return next(
        one.frozen for one in steps(recipe) if one.text == line.rsplit("\n", maxsplit=1)[-1].strip()
    )


def test_statements_come_once_in_the_order_they_ran(tmp_path: Path) -> None:
    cells = (
        "df['a'] = df['a'].fillna(0)",
        "for c in ['k', 'a']:\n    df[c] = df[c] * 2",
        "X = df[['k', 'a']]",
    )
    found = [(one.cell, one.line, one.text) for one in steps(_recipe(tmp_path, *cells))][1:]
    assert found == [
        (2, 1, "df['a'] = df['a'].fillna(0)"),
        (3, 2, "df[c] = df[c] * 2"),
        (4, 1, "X = df[['k', 'a']]"),
    ]


@pytest.mark.parametrize(
    ("line", "frozen"),
    [
        ("df['a'] = df['a'].fillna(df['a'].median())", (f"fillna: {frame()['a'].median():.6g}",)),
        ("df['a'] = df['a'].fillna(0)", ()),
        ("df['k'] = df['k'].astype(float)", ()),
        ("df['g'] = df['g'].map({'x': 0, 'y': 1, 'z': 2})", ()),
        ("df = df.drop(['id', 'a'], axis=1)", ()),
        ("df = pd.get_dummies(df, columns=['g'])", ("get_dummies: g: x, y, z",)),
        ("df['g'] = LabelEncoder().fit_transform(df['g'])", ("transform: LabelEncoder as fitted",)),
        ("df['m'] = df['g'].map(df.groupby('g')['y'].max())", ("map: x: 1, y: 1, z: 1",)),
        ("df['k'] = df['k'].clip(0, df['k'].quantile(0.99))", ("clip: 3",)),
    ],
)  # fmt: skip
def test_what_was_learned_stands_beside_the_line(
    line: str, frozen: tuple[str, ...], tmp_path: Path
) -> None:
    assert _frozen(tmp_path, line) == frozen


def test_each_turn_of_a_loop_tells_its_own(tmp_path: Path) -> None:
    told = _frozen(tmp_path, "for c in ['a', 'k']:\n    df[c] = df[c].fillna(df[c].max())")
    assert list(told) == [f"fillna: {frame()['a'].max():.6g}", "k", "fillna: 3"]


def test_columns_as_they_were_read_are_told_from_prepared_ones(tmp_path: Path) -> None:
    assert is_as_read(_recipe(tmp_path, "X = df[['k', 'y']].values"))
    assert not is_as_read(_recipe(tmp_path, "X = df[['k', 'y']] * 2"))


def test_a_long_list_is_cut(tmp_path: Path) -> None:
    told = _frozen(
        tmp_path, "df = df.reindex(columns=[*df.columns, *(f'n{i}' for i in range(30))])"
    )
    assert all(len(one) < 130 for one in told)

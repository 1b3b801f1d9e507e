"""Whatever a notebook does to a table, each row's identity is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.recipe.tracing.traced import functions, last, traced, wrong_rows

if TYPE_CHECKING:
    from pathlib import Path

KEEPING = [
    "df = df[df['a'] > 0]",
    "df = df[df.k.isin([1, 2])].copy()",
    "df = df.dropna()",
    "df.dropna(inplace=True)",
    "df = df.dropna(subset=['a']).reset_index(drop=True)",
    "df = df.query('k < 3')",
    "df = df.sort_values('a')",
    "df = df.sort_values(['g', 'a'], ascending=False, ignore_index=True)",
    "df = df.sample(frac=1, random_state=1)",
    "df = df.sample(n=5, random_state=2)",
    "df = df.sample(frac=0.7)",
    "df = df.head(17)",
    "df = df.tail(9)",
    "df = df.iloc[3:20]",
    "df = df.iloc[[4, 2, 9]]",
    "df = df.loc[df['y'] == 1, :]",
    "df = df.loc[df['k'].between(1, 2)]",
    "df = df[5:]",
    "df = df.drop([df.index[0], df.index[3]])",
    "df = df.drop(index=df.index[df['k'] == 0])",
    "df.drop(df[df['k'] == 3].index, inplace=True)",
    "df = df.drop_duplicates(subset=['k', 'g'])",
    "df = df.drop_duplicates('k', keep='last')",
    "df = df[~df.duplicated(['k'])]",
    "df = pd.concat([df[df.y == 1], df[df.y == 0]])",
    "df = pd.concat([df, df.head(3)], ignore_index=True)",
    "df = df.set_index('g')",
    "df = df.set_index('k').reset_index()",
    "df = df.reindex(df.index)",
    "df = df.nlargest(7, 'a')",
    "df, rest = train_test_split(df, test_size=0.3, random_state=0)",
    "rest, df = train_test_split(df, test_size=0.3)",
    "df = df.groupby('g').head(4)",
    "df = df[np.abs(df['a']) < 1]",
    "df = df.where(df['k'] > 5, df)",
    "df = df.take([3, 1, 2])",
    "df.sort_values('k', inplace=True)",
    "df.reset_index(drop=True, inplace=True)",
    "df = df.assign(b=df['a'] * 2)",
    "df = df.copy()",
]


@pytest.mark.parametrize("line", KEEPING)
def test_the_rows_that_a_line_leaves_are_those_that_are_followed(line: str, tmp_path: Path) -> None:
    run = traced(tmp_path, line, "out = df['id'] + 0")
    assert run.failed == []
    assert wrong_rows(run) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(st.sampled_from(KEEPING), min_size=2, max_size=5))
def test_chains_of_such_lines_follow_the_rows(lines: list[str], tmp_path: Path) -> None:
    assert wrong_rows(traced(tmp_path, *lines)) == []


def test_duplicate_labels_do_not_mislead(tmp_path: Path) -> None:
    run = traced(tmp_path, "df.index = [0] * len(df)", "df = df[df['a'] > 0]", "df = df.dropna()")
    assert wrong_rows(run) == []


def test_arrays_that_lost_their_index_are_followed_by_position(tmp_path: Path) -> None:
    run = traced(tmp_path, "Z = df.values\nZ = Z[Z[:, 4] == 1]\nv = Z[2:6, 0]")
    rows = run.recorder.snapshots[last(run).number][1]
    assert rows.tolist() == [5, 7, 9, 11]


def test_facts_about_all_rows_are_no_rows(tmp_path: Path) -> None:
    lines = ["df['k'].value_counts()", "df['g'].unique()", "df.describe()", "df['a'].mode()",
             "df.groupby('g')['a'].mean()", "df.isnull().sum()", "df.corr(numeric_only=True)",
             "df['a'].quantile([0.25, 0.75])", "df.columns", "df.shape"]  # fmt: skip
    for line in lines:
        run = traced(tmp_path, f"out = {line}")
        assert run.failed == []
        assert run.recorder.known.find(run.names["out"]) is None, line


def test_a_mask_of_duplicates_chooses_training_rows_and_filters_nothing_later(
    tmp_path: Path,
) -> None:
    run = traced(tmp_path, "df = df[~df.duplicated(['k'])]")
    assert last(run).role == "pass"


def test_a_condition_on_values_is_a_filter(tmp_path: Path) -> None:
    assert last(traced(tmp_path, "df = df[df['a'] > 0]")).role == "filter"


def test_a_choice_by_position_keeps_its_choice_of_columns(tmp_path: Path) -> None:
    run = traced(tmp_path, "X = df.iloc[:10, 1:3]")
    assert last(run).role == "pass"
    assert last(run).function == "iloc"
    assert last(run).arguments[1] == (slice(None), slice(1, 3))


def test_rows_of_a_window_are_followed_so_that_the_lift_can_refuse_them(tmp_path: Path) -> None:
    run = traced(tmp_path, "df['m'] = df['a'].rolling(3).mean()")
    assert "rolling" in functions(run)
    assert run.recorder.snapshots[last(run).number][1].tolist() == list(range(40))


def test_a_split_without_a_seed_is_followed_exactly(tmp_path: Path) -> None:
    run = traced(tmp_path, "a, b, c, d = train_test_split(df, df['y'], test_size=0.25)")
    assert wrong_rows(run) == []
    ids = [run.recorder.snapshots[one.number][1] for one in run.recorder.program[-4:]]
    assert sorted(np.concatenate([ids[0], ids[1]]).tolist()) == list(range(40))

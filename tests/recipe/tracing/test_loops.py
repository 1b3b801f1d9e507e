"""Loops over rows are one operation; loops over anything else are unrolled."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from o16n.recipe.program import Code
from o16n.recipe.tracing.row_loops import rows_behind, runs_alone
from tests.recipe.tracing.traced import functions, last, traced, value_of, wrong_rows

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("range(len(df))", "df"),
        ("range(0, len(df))", "df"),
        ("range(1, len(df) - 1)", "df"),
        ("range(df.shape[0])", "df"),
        ("df.index", "df"),
        ("df.iterrows()", "df"),
        ("df.itertuples()", "df"),
        ("enumerate(s)", "s"),
        ("enumerate(df.iterrows())", "df"),
        ("range(df.shape[1])", None),
        ("range(10)", None),
        ("columns", None),
        ("df.columns", None),
        ("df.items()", None),
        ("zip(a, b)", None),
    ],
)
def test_the_rows_behind_a_loop_are_told_by_its_text(text: str, rows: str | None) -> None:
    found = rows_behind(ast.parse(text, mode="eval").body)
    assert (ast.unparse(found) if found is not None else None) == rows


@pytest.mark.parametrize("body", ["return 1", "yield i", "global k"])
def test_a_loop_that_leaves_its_function_cannot_run_alone(body: str) -> None:
    tree = ast.parse(f"def f():\n    for i in range(3):\n        {body}")
    loop = tree.body[0].body[0]  # type: ignore[attr-defined]
    assert not runs_alone(loop)


def test_a_list_grown_row_by_row_is_one_operation(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        "out = []\nfor i in range(len(df)):\n    out.append(df['k'][i] * 2)",
        "df['n'] = out",
    )
    code = next(one.arguments[0] for one in run.recorder.program if one.function == "call")
    assert isinstance(code, Code)
    assert (code.kind, code.takes, code.gives) == ("loop", ("df",), ("out",))
    assert code.frozen == {"out": []}
    assert wrong_rows(run) == []


def test_a_column_set_row_by_row_is_one_operation(tmp_path: Path) -> None:
    run = traced(
        tmp_path, "df['n'] = 0\nfor i in df.index:\n    df.loc[i, 'n'] = df.loc[i, 'k'] + 1"
    )
    assert functions(run)[-2:] == ["call", "nth"]
    assert value_of(run)["n"].tolist() == (value_of(run)["k"] + 1).tolist()


def test_a_row_loop_inside_a_function_leaves_its_names(tmp_path: Path) -> None:
    code = "def f(d):\n    out = []\n    for i in range(len(d)):\n        v = d['k'][i]\n        out.append(v)\n    return out, v, i\nout, v, i = f(df)"
    run = traced(tmp_path, code)
    assert run.failed == []
    assert (run.names["i"], len(run.names["out"])) == (39, 40)
    assert run.recorder.known.find(run.names["out"]) is not None


def test_a_loop_that_changes_no_rows_is_no_operation(tmp_path: Path) -> None:
    run = traced(tmp_path, "total = 0\nfor i in range(len(df)):\n    total += df['k'][i]")
    assert "call" not in functions(run)
    assert run.names["total"] == sum(run.names["df"]["k"])


def test_a_loop_over_columns_is_unrolled(tmp_path: Path) -> None:
    run = traced(tmp_path, "for c in ['a', 'k']:\n    df[c] = df[c].fillna(df[c].median())")
    assert functions(run).count("fillna") == 2


def test_the_groups_of_a_loop_are_filters(tmp_path: Path) -> None:
    run = traced(
        tmp_path,
        "parts = []\nfor key, part in df.groupby('g'):\n    parts.append(part.assign(n=1))",
        "df = pd.concat(parts)",
    )
    assert functions(run).count("rules.group_part") == 3
    assert last(run).role == "concat"
    assert wrong_rows(run) == []


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("[v * 2 for v in df['k']]", "rules.map"),
        ("[a + b for a, b in zip(df['k'], df['y'])]", "rules.map"),
        ("list(map(lambda v: v * 2, df['k']))", "rules.map"),
        ("[df['k'][i] for i in range(len(df))]", "call"),
    ],
)
def test_a_list_made_of_rows_is_followed(text: str, function: str, tmp_path: Path) -> None:
    run = traced(tmp_path, f"out = {text}")
    assert run.failed == []
    assert function in functions(run)
    entry = run.recorder.known.find(run.names["out"])
    assert entry is not None
    assert entry.rows.tolist() == list(range(40))


def test_a_list_of_columns_is_no_rows(tmp_path: Path) -> None:
    run = traced(
        tmp_path, "out = [c for c in df.columns]\nmeans = [df[c].mean() for c in ['a', 'k']]"
    )
    assert run.recorder.known.find(run.names["out"]) is None
    assert run.recorder.known.find(run.names["means"]) is None


def test_a_frame_that_held_no_rows_gets_them_with_its_first_column(tmp_path: Path) -> None:
    run = traced(tmp_path, "new = pd.DataFrame()\nnew['k'] = df['k']\nnew['b'] = df['a'] * 2")
    assert functions(run)[-1] == "setitem"
    assert "rules.stored" in functions(run)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("df[['a', 'k']] = df[['a', 'k']].apply(lambda s: s - s.mean())", "rules.assemble"),
        ("df = df.pipe(lambda d: d[d.k > 1])", "getitem"),
        ("df = df.assign(n=lambda d: d.k * 2, m=lambda d: d.n + 1)", "setitem"),
        ("y = df.pop('y')", "delitem"),
        (
            "df['a'] = df.groupby('g')['a'].transform(lambda s: s.fillna(s.median()))",
            "rules.in_order",
        ),
        ("df['m'] = df.groupby('g')['k'].transform(lambda s: s.max())", "rules.group_table"),
        ("df['n'] = df.apply(lambda r: r['k'] + r['y'], axis=1)", "apply"),
    ],
)
def test_functions_handed_to_pandas_are_traced_inside_where_they_work_on_columns(
    text: str, written: str, tmp_path: Path
) -> None:
    run = traced(tmp_path, text)
    assert run.failed == []
    assert written in functions(run)
    assert wrong_rows(run) == []

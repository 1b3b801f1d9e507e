"""The generated reference pages say what the code says. O16N_UPDATE=1 writes them again."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import click
import pytest

from o16n import errors, grammar, plugins, settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
VERBS = "o16n.verbs"
CODES = {
    0: "done",
    1: "the answer is no",
    2: "asked wrongly",
    3: "the notebook itself failed",
    70: "a fault of o16n itself",
    130: "stopped by Ctrl-C",
}
MEANING = {
    "name": "name of the bundle; the notebook's file name without suffix if left out",
    "version": "version of the bundle, as text",
    "objective": "what the model is for, in one sentence",
    "owner": "who answers for it",
    "target": "column that is predicted, as `--target`",
    "model": "variable that holds the model, as `--model`",
    "data": "variable that holds the rows it was fitted on, as `--data`",
    "sensitive": "columns of people that need care: looked at by slices, masked in golden rows, the sample and explained rows",
    "tier": "how much is at stake; decides what a failed check weighs",
    "severity": "what a failed check weighs, by check id: `blocker`, `major` or `minor`",
    "threshold": "another threshold for a check that has one, by check id",
    "history": "derived columns that the caller gives with a raw row, since they need other rows; see below",
    "unseen": "what becomes of a level that training never had, by column; see below",
    "waivers": "failed checks that were accepted; see below",
    "check": "id of the check, such as `MOD-02`",
    "reason": "why, in at least 20 characters",
    "expires": "day after which it no longer counts, as `2027-01-31`",
}
NOT_READ = {"line"}  # found by o16n, never written


def cli_page():
    names = grammar.ordered(plugins.names(VERBS))
    load = lambda verb: plugins.load(VERBS, verb)  # noqa: E731
    group = grammar.parser(names, load)
    parts = [
        "# The command line",
        (
            "The same words in a shell, `o16n VERB …`, and in a notebook, `%o16n VERB …`; there the notebook may be left\n"
            "out. `--json` prints the machine-readable result on stdout and nothing else there; progress and errors go to\n"
            "stderr."
        ),
        table(("exit code", "meaning"), [(str(code), what) for code, what in CODES.items()]),
        table(
            ("verb", "what it does"),
            [(f"[`{one}`](#{one})", first_line(load(one))) for one in names],
        ),
    ]
    for name in names:
        command = group.get_command(click.Context(group), name)
        context = click.Context(command, info_name=f"o16n {name}", max_content_width=10_000)
        context.terminal_width = 10_000
        usage = " ".join(command.get_usage(context).removeprefix("Usage: ").split())
        declared = grammar.parameters(load(name).Options)
        rows = [
            (f"`{one.name.upper()}`", declared[one.name].help)
            for one in command.params
            if isinstance(one, click.Argument)
        ]
        rows += [option_row(one) for one in command.params if isinstance(one, click.Option)]
        parts += [f"## {name}", first_line(load(name)), f"    {usage}", table(("", ""), rows)]
    return "\n\n".join(parts) + "\n"


def option_row(one):
    flags = ", ".join(f"`{flag}`" for flag in one.opts)
    metavar = (
        ""
        if one.is_flag
        else f" {one.metavar or one.make_metavar(click.Context(click.Command('x')))}"
    )
    again = " (may be repeated)" if one.multiple else ""
    return f"{flags}{metavar}", f"{one.help}{again}"


def first_line(module):
    return module.__doc__.strip().splitlines()[0]


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines
    )


HISTORY = """\
## history

A rank among other rows, the day before or a mean of the last week cannot be computed from one row. Where the caller has such a column,
it can be given with the raw row; o16n's refusal prints the line:

```toml
history.given = ["sales_lag_7", "sales_mean_28"]
```

The same as a table is `[history]` with `given = […]`. Each is a column that the notebook makes, under the name under which it stores it first;
what the notebook does with it afterwards (filling it, scaling it) stays part of the recipe. It becomes a column of the raw row, with type and range of
the notebook's own values: it stands in `schema.json` and `sample.csv`, and the recipe is proven with the notebook's values joined to the raw
rows. That the caller computes it as the notebook did is the caller's word: o16n does not see the rows it is made of.
"""

UNSEEN = """\
## unseen

A level is one of the values of a column of categories, such as a city. A row whose city was never in training is refused. For a raw
column, as it is called where it is read, another policy can be set:

```toml
[unseen]
city = "missing"
"home town" = "as trained"
```

| policy | what becomes of such a row |
| --- | --- |
| `refuse` | it gets no answer, and `problem` says so; the default |
| `missing` | the cell is emptied before anything is done with the row, so that it goes the way of a missing value |
| `as trained` | the cell stays, and the notebook's own code makes of it what it makes: `get_dummies` no level at all, `map` a missing value, `LabelEncoder` refuses the row |

It holds whatever encodes the column, in the notebook or within the model. Known are the levels of all raw rows that the notebook read.
Where a row has such a level, its line says so in a column `note`. The policy is part of what answers: it is proven with the recipe,
stands in `recipe.json` and `schema.json`, and changes the bundle's identity. REC-01 shows it in the report. A column of measures, or
one that differs from row to row, has no levels; one of whole numbers without a gap cannot be missing."""


def settings_page():
    parts = [
        "# o16n.toml",
        (
            "The project file beside the notebook. Everything in it is optional; a key that o16n does not know is refused,\n"
            "with the nearest that it knows. An option on the command line wins."
        ),
        table(("key", "type", "default", "what"), setting_rows(settings.Settings)),
        "## waivers",
        (
            "Each `[[waivers]]` table is one waiver, and needs all of its keys. "
            "[Waive a check](../how-to/waive-a-check.md) says\nwhen it counts."
        ),
        table(("key", "type", "default", "what"), setting_rows(settings.Waiver)),
        HISTORY,
        UNSEEN,
        "## Environment",
        table(
            ("variable", "what"),
            [
                ("`O16N_DEBUG`", "show the traceback of a fault of o16n"),
                ("`O16N_NONINTERACTIVE`", "never ask, refuse instead"),
                ("`O16N_TRUST`", "file of trusted identities, instead of `~/.config/o16n/trust`"),
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def setting_rows(kind):
    words = {"str | None": "text", "str": "text", "Tier": "`low`, `medium` or `high`"}
    words |= {"tuple[str, ...]": "list of text", "dict[str, Severity]": "table"}
    words |= {
        "dict[str, Unseen]": "table",
        "History": "table",
        "dict[str, float]": "table of numbers",
        "tuple[Waiver, ...]": "list of tables",
    }
    rows = []
    for one in dataclasses.fields(kind):
        if one.name not in NOT_READ:
            simple = isinstance(one.default, str) and one.default
            default = f'`"{one.default}"`' if simple else ""
            rows.append(
                (f"`{one.name}`", words.get(one.type, str(one.type)), default, MEANING[one.name])
            )
    return rows


def errors_page():
    parts = [
        "# Errors",
        (
            "Every error that o16n raises on purpose is one line: what was wrong, where, and what to do. The name at its start\n"
            "is the class below; the exit code is the shell's."
        ),
        table(("error", "kind of", "exit code", "what"), list(error_rows(errors.O16nError))),
    ]
    return "\n\n".join(parts) + "\n"


def error_rows(kind):
    parent = kind.__base__.__name__
    what = kind.__doc__.strip().splitlines()[0]
    yield (
        f"`{kind.__name__}`",
        "" if parent == "Exception" else f"`{parent}`",
        str(kind.exit_code),
        what,
    )
    for one in kind.__subclasses__():
        if one.__module__ == errors.__name__:
            yield from error_rows(one)


@pytest.mark.parametrize(
    ("name", "page"),
    [("cli.md", cli_page), ("settings.md", settings_page), ("errors.md", errors_page)],
)
def test_the_reference_says_what_the_code_says(name, page):
    place, told = REFERENCE / name, page()
    if os.environ.get("O16N_UPDATE"):
        place.write_text(told)
    assert place.read_text() == told, f"{name} is behind the code: O16N_UPDATE=1 pytest tests/docs"


def test_every_exit_code_of_an_error_is_in_the_page_and_its_tree():
    for row in error_rows(errors.O16nError):
        assert int(row[2]) in CODES
        assert row[0].strip("`") in errors.__doc__


def test_python_page_and_public_api_agree():
    import o16n

    text = (REFERENCE / "python.md").read_text()
    assert [one for one in o16n.__all__ if f"`o16n.{one}" not in text] == []

"""The page of constructs: a line for each, which its own test holds to what became of it.

`O16N_UPDATE=1 pytest tests/docs/test_recipes_page.py` writes it again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from tests.recipe.construct_words import WORDS
from tests.recipe.constructs import CONSTRUCTS
from tests.recipe.known_constructs import KNOWN

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "recipes.md"
LINE = re.compile(r"^\| ([^|]+) \| `(.+)` \| (lifted|partial|refused) \| (.*) \|$", re.MULTILINE)
FIGURES = re.compile(
    r": (?:column '[^']+': )?[\d,]+ of [\d,]+ rows differ"
)  # of the row that was tried
PARTIAL = 0.95
NEWEST = 3  # the pandas whose words of refusal stand on the page
HEAD = """# What becomes of a construct

A recipe repeats what a notebook did to its rows. Below stand ways in which people prepare data, each with what
becomes of it: *lifted*, so that a raw row alone gets the notebook's own model input, with the model's rows for which
that was found; *partial*, where that holds for fewer than 95 % of them; or *refused*, with the line and the reason that
`o16n` gives. A row-wise construct looks at nothing but its row and at what was learned in training; it should be
lifted. What depends on other rows of the batch cannot be had for a row alone and must be refused.

This page is written by the tests, which run each construct in a notebook: {lifted} are lifted, {partial} partial,
{refused} refused. Why the rows are raw: [why raw rows](why-raw-rows.md). What each refusal means and how to mend
it: [refusals](../reference/refusals.md).
"""
COLUMNS = "| what it does | the code | outcome | rows, or why not |\n|---|---|---|---|\n"


@dataclass(frozen=True)
class Row:
    """A line of the page: outcome, and the rows matched or the reason for the refusal."""

    words: str
    code: str
    outcome: str
    told: str

    def __str__(self):
        return f"| {self.words} | `{self.code}` | {self.outcome} | {self.told} |"


def row(words, code, *, refused="", matched=0, compared=0):
    """Return the line of a construct from what became of it."""
    written = re.sub(r"\s*\n\s*", " ⏎ ", code.strip()).replace("|", "¦").replace("`", "'")
    short = written if len(written) <= 110 else f"{written[:109]}…"
    if refused:  # without the way out, which the page of refusals tells
        told = FIGURES.split(refused.partition("; ")[0])[0].replace("|", "¦")
        return Row(words, short, "refused", " ".join(told.split()))
    outcome = "lifted" if matched >= PARTIAL * compared else "partial"
    return Row(words, short, outcome, f"{matched:,} of {compared:,}")


@cache
def written():
    """Return the lines that the page has, by what they are about."""
    return {one[0]: Row(*one) for one in LINE.findall(PAGE.read_text())}


def holds(found):
    """Tell whether the page says of a construct what was found, in other libraries than the newest the outcome only."""
    told = written()[found.words]
    newest = int(pd.__version__.partition(".")[0]) >= NEWEST
    return told == found if newest else told.outcome == found.outcome


def words():
    """Return what each construct is, in the order of the page: the known ones, then our own."""
    return [*(WORDS[name] for name in KNOWN), *(one.name for one in CONSTRUCTS)]


def page(rows):
    """Return the page with these lines."""
    counts = {
        kind: sum(one.outcome == kind for one in rows) for kind in ("lifted", "partial", "refused")
    }
    known, own = rows[: len(KNOWN)], rows[len(KNOWN) :]
    parts = [HEAD.format(**counts)]
    for title, part in (
        ("The constructs that a first sketch was tried on", known),
        ("More of them", own),
    ):
        parts.append(f"## {title}\n\n{COLUMNS}" + "\n".join(map(str, part)) + "\n")
    return "\n".join(parts)

"""What people write is lifted right, or refused: never silently wrong.

The whole proof of each construct, with unseen and damaged rows, runs in the session `stress`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.errors import RowsRefused
from o16n.recipe.aligned import take
from o16n.recipe.compare import differs
from o16n.recipe.prove import prove
from o16n.recipe.replay import play
from tests.recipe import page
from tests.recipe.constructs import CONSTRUCTS, EARLY, ROWS, Construct, raw_rows
from tests.recipe.lifted import REFUSALS, lifted, traced_construct

if TYPE_CHECKING:
    from pathlib import Path

    from tests.recipe.lifted import Lifted

PROVEN = [one for one in CONSTRUCTS if one.expected == "proven"]
REFUSED = [one for one in CONSTRUCTS if one.expected == "refused"]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that the constructs read."""
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    raw_rows().to_csv(path, index=False)
    return path


def _wrong(found: Lifted) -> str:
    """Return how a replay differs from the notebook, in bulk or alone, "" where it does not."""
    played = play(found.recipe, found.raw)
    for use in found.uses:
        why = differs(played.value, played.rows, use.matrix, use.places)
        if why is not None:
            return f"{use.method}: {why}"
    places = {row: place for place, row in enumerate(played.rows.tolist())}
    for row in range(0, ROWS, 29):
        alone = play(found.recipe, found.raw.iloc[[row]])
        if (row in places) != bool(len(alone.rows)):
            return f"row {row} alone is lost or found"
        if row in places:
            bulk = take(played.value, np.array([places[row]]))
            why = differs(alone.value, np.array([0]), bulk, np.array([0]))
            if why is not None:
                return f"row {row} alone: {why}"
    return ""


def lifted_row(construct: Construct, found: Lifted) -> page.Row:
    """Return the line of the page for a construct that is lifted: the model's rows that a replay gives."""
    given = {row for use in found.uses for row in use.places.tolist()}
    matched = given & set(play(found.recipe, found.raw).rows.tolist())
    return page.row(construct.name, construct.code, matched=len(matched), compared=len(given))


def refusal(construct: Construct, rows: Path) -> str:
    """Return why a construct is refused."""
    run = traced_construct(construct, rows)
    try:
        found = lifted(run)
        recipe, _ = prove(found.recipe, found.raw, found.uses, found.model, target="y")
    except (*REFUSALS, RowsRefused) as error:
        return str(error)
    assert recipe.state == "refused"
    return recipe.reason


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("construct", PROVEN, ids=lambda one: one.name)
def test_what_can_be_lifted_gives_the_notebooks_own_inputs_in_bulk_and_alone(
    construct: Construct, rows: Path
) -> None:
    run = traced_construct(construct, rows)
    assert run.failed == []
    found = lifted(run)
    assert _wrong(found) == ""
    assert page.holds(lifted_row(construct, found))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("construct", REFUSED, ids=lambda one: one.name)
def test_what_no_row_alone_can_have_is_refused_with_its_line(
    construct: Construct, rows: Path
) -> None:
    told = refusal(construct, rows)
    assert "cell 2 line" in told
    assert page.holds(page.row(construct.name, construct.code, refused=told))


@pytest.mark.filterwarnings("ignore")
def test_a_row_that_the_notebook_never_used_may_be_refused(rows: Path) -> None:
    found = lifted(traced_construct(EARLY, rows))
    with pytest.raises(RowsRefused, match=r"unseen|never had"):
        play(found.recipe, found.raw)
    recipe, proof = prove(found.recipe, found.raw, found.uses, found.model)
    assert recipe.state == "proven", recipe.reason
    assert (proof.matched, proof.compared, proof.rows) == (150, 150, ROWS)


CHAINED = [one.code for one in CONSTRUCTS if one.row_wise]


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=25, deadline=None, derandomize=True)
@given(codes=st.lists(st.sampled_from(CHAINED), min_size=2, max_size=6, unique=True))
def test_chains_of_row_wise_constructs_are_never_wrong(codes: list[str], rows: Path) -> None:
    """Where a link needs a column that an earlier one took away, the notebook raises there and goes on."""
    chain = Construct(name="chain", code="\n".join(codes), expected="either")
    run = traced_construct(chain, rows)
    if not [one for one in run.recorder.uses if one.method == "predict"]:
        return
    try:
        found = lifted(run)
    except REFUSALS:
        return
    assert _wrong(found) == ""

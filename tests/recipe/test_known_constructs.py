"""Short constructs become what was written down for them, and row-wise ones do what the notebook's own code does to new rows."""

from __future__ import annotations

import warnings

import pytest

from o16n.recipe import prove_rows
from o16n.recipe.compare import agreement
from o16n.recipe.probes import unseen_rows
from o16n.recipe.replay import play
from tests.recipe import constructs, known_constructs, page
from tests.recipe.construct_words import WORDS
from tests.recipe.constructs import CONSTRUCTS
from tests.recipe.known_constructs import KNOWN
from tests.recipe.lifted import lifted, traced_construct
from tests.recipe.outcomes import outcome_of

UNSEEN = 60
TAKEN = "this line takes the row out"
X_ONLY = constructs.TAIL.split("\n")[0]
ROW_WISE = [one for one in CONSTRUCTS if one.row_wise]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("rows")
    constructs.raw_rows().to_csv(made / "rows.csv", index=False)
    known_constructs.raw_rows().to_csv(made / "known.csv", index=False)
    return made


def known_row(name, found):
    """Return the line of the page for what became of a known construct."""
    if found.state == "refused":
        return page.row(WORDS[name], KNOWN[name][0], refused=found.reason)
    proof = found.proof
    return page.row(WORDS[name], KNOWN[name][0], matched=proof.matched, compared=proof.compared)


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_construct(name, folder, monkeypatch):
    monkeypatch.setattr(prove_rows, "ALONE", 16)  # so many are proven with fewer rows alone each
    monkeypatch.setattr(prove_rows, "UNSEEN_ALONE", 8)
    code, expected = KNOWN[name]
    head = known_constructs.HEAD.format(path=str(folder / "known.csv"))
    found = outcome_of([head, code, known_constructs.TAIL])
    assert expected in (found.state, "either"), found.reason
    assert page.holds(known_row(name, found))
    if found.state == "refused":
        assert "cell 2 line" in found.reason
        return
    proof = found.proof
    assert proof.matched == proof.compared > 0
    assert proof.alone == proof.alone_tried > 0
    assert proof.injected == proof.injected_same > 0
    filtered = sum(one.rows for one in proof.unseen_refused if TAKEN in one.reason)
    assert proof.unseen_answered + filtered >= 0.95 * proof.unseen
    assert proof.label == ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("construct", ROW_WISE, ids=lambda one: one.name)
def test_new_rows_become_what_the_notebooks_own_code_makes_of_them(construct, folder):
    found = lifted(traced_construct(construct, folder / "rows.csv"))
    rows = unseen_rows(found.raw, count=UNSEEN, seed=5)
    path = folder / "unseen.csv"
    rows.to_csv(path, index=False)
    world = {"__name__": "__main__"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec("\n".join([constructs.HEAD.format(path=str(path)), construct.code, X_ONLY]), world)
    replayed = play(found.recipe, rows)
    assert agreement(replayed.value, world["X"]).close.all()
    assert replayed.rows.tolist() == list(range(UNSEEN))

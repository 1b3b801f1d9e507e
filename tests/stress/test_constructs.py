"""Every construct through the whole proof, and many chains, also on random rows: how many are lifted, none wrong."""

from __future__ import annotations

import os
import random
import sys

import pytest

from o16n.errors import RowsRefused
from o16n.recipe.prove import prove
from tests.recipe.chains import outcomes
from tests.recipe.constructs import CONSTRUCTS, Construct, raw_rows
from tests.recipe.lifted import REFUSALS, lifted, traced_construct
from tests.recipe.test_constructs import CHAINED, _wrong

SEED = 0
CHAINS = int(os.environ.get("O16N_CHAINS", "2000"))


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    raw_rows().to_csv(path, index=False)
    return path


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("construct", CONSTRUCTS, ids=lambda one: one.name)
def test_the_whole_proof_says_what_was_expected(construct, rows):
    run = traced_construct(construct, rows)
    try:
        found = lifted(run)
        recipe, proof = prove(found.recipe, found.raw, found.uses, found.model, target="y")
    except (*REFUSALS, RowsRefused):
        assert construct.expected == "refused"
        return
    assert recipe.state == construct.expected, recipe.reason
    if recipe.state == "proven":
        assert proof.alone == proof.alone_tried
        assert proof.injected_same == proof.injected


@pytest.mark.filterwarnings("ignore")
def test_chains_of_row_wise_constructs_are_lifted_and_never_wrong(rows, capsys):
    chance, lifted_ones, wrong, tried = random.Random(SEED), 0, [], 0
    for _ in range(CHAINS):
        codes = chance.sample(CHAINED, chance.randint(2, 6))
        run = traced_construct(Construct(name="", code="\n".join(codes), expected=""), rows)
        if not [one for one in run.recorder.uses if one.method == "predict"]:
            continue  # the notebook itself fails
        tried += 1
        try:
            found = lifted(run)
        except REFUSALS:
            continue
        why = _wrong(found)
        lifted_ones += not why
        wrong += [(codes, why)] if why else []
    with capsys.disabled():
        sys.stdout.write(
            f"\nchains: {lifted_ones} of {tried} lifted, {len(wrong)} wrong (seed {SEED})\n"
        )
    assert wrong == []
    assert lifted_ones >= 0.85 * tried


@pytest.mark.filterwarnings("ignore")
def test_random_chains_on_random_rows_are_lifted_and_never_wrong(tmp_path, capsys):
    found = outcomes(CHAINS, tmp_path)
    tried = [(codes, one) for codes, one in found if one.state != "fails"]
    lifted_ones = sum(one.state == "lifted" for _, one in tried)
    wrong = [one for one in tried if one[1].state == "wrong"]
    with capsys.disabled():
        sys.stdout.write(
            f"\nrandom rows: {lifted_ones} of {len(tried)} lifted, {len(wrong)} wrong,"
            f" {len(found) - len(tried)} notebooks fail by themselves\n"
        )
    assert wrong == []
    assert lifted_ones >= 0.85 * len(tried) > 0.7 * CHAINS

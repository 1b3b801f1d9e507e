"""REC-01: only a replay that gave the notebook's own predictions passes."""

from __future__ import annotations

from dataclasses import replace

from o16n.readiness.check import Failed, Passed
from o16n.readiness.checks import rec_01_recipe as rec_01
from o16n.recipe.recipe import Preparation, Recipe


def with_candidate(subject, **changes):
    return replace(subject, candidate=replace(subject.candidate, **changes))


def test_a_proven_recipe_passes_with_the_rows_it_was_proven_on(clean):
    outcome = rec_01.check(clean)
    assert isinstance(outcome, Passed)
    assert outcome.evidence.n == 1200
    assert "1200 of 1200 rows" in outcome.evidence.statement


def test_a_proof_that_shows_other_predictions_is_no_proof(clean):
    for proof in (
        replace(clean.candidate.proof, predictions_equal=False),
        replace(clean.candidate.proof, matched=0),
        None,
    ):
        outcome = rec_01.check(with_candidate(clean, proof=proof))
        assert isinstance(outcome, Failed)
        assert outcome.severity == "blocker"


def test_preparation_outside_the_model_is_named_by_cell_and_line(clean):
    steps = (
        Preparation(cell=3, line=2, text="df = df.fillna(0)"),
        Preparation(cell=4, line=1, text="X = scaler.fit_transform(df)"),
    )
    recipe = Recipe(state="missing", reason="the data is prepared outside", preparation=steps)
    outcome = rec_01.check(with_candidate(clean, recipe=recipe, proof=None))
    assert isinstance(outcome, Failed)
    assert outcome.evidence.tables[0].rows == (
        ("cell 3", 2, "df = df.fillna(0)"),
        ("cell 4", 1, "X = scaler.fit_transform(df)"),
    )
    assert "Pipeline" in outcome.remedy


def test_rows_that_were_read_from_nowhere_have_their_own_remedy(build):
    frame = build.frame(200)
    from sklearn.linear_model import LogisticRegression

    matrix = frame.to_numpy()
    subject = build.split(LogisticRegression(), matrix, build.classes(frame), 150)
    outcome = rec_01.check(subject)
    assert isinstance(outcome, Failed)
    assert "from a file that the notebook names" in outcome.remedy


def test_a_recipe_that_repeats_the_notebook_can_still_be_no_way_to_score(clean):
    from o16n.recipe.proof import Refusals

    told = {
        "depends on risk, which is what it predicts": {"label": "risk"},
        "predicts: it enters at cell 3 line 2 `X = df`": {
            "label": "risk",
            "label_at": "cell 3 line 2 `X = df`",
        },
        "only 10 of 1,200 rows": {"matched": 10, "compared": 1200},
        "only 3 of 200 rows that never were": {
            "unseen": 200,
            "unseen_answered": 3,
            "unseen_refused": (
                Refusals(reason="a new name", rows=190),
                Refusals(reason="other", rows=7),
            ),
        },
    }
    for words, changes in told.items():
        proof = replace(clean.candidate.proof, **changes)
        outcome = rec_01.check(with_candidate(clean, proof=proof))
        assert isinstance(outcome, Failed)
        assert outcome.severity == "blocker"
        assert words in outcome.reason
    assert "a new name" in outcome.reason


def test_rows_prepared_in_two_ways_are_told_with_both_lines(clean):
    told = "the rows it is tried on (cell 9 line 2) are prepared otherwise"
    outcome = rec_01.check(
        with_candidate(clean, proof=replace(clean.candidate.proof, branches=told))
    )
    assert isinstance(outcome, Failed)
    assert (outcome.severity, outcome.reason) == ("major", told)


def test_the_recipe_is_shown_line_by_line_with_what_it_froze(penguins):
    figures, steps, fits = penguins.content.outcome("REC-01")["evidence"]["tables"]
    assert ["all rows of the notebook", 344, 344, "344 to the bit"] in figures["rows"]
    lines = {row[1]: (row[0], row[2]) for row in steps["rows"]}
    place, frozen = lines["df[c] = df[c].fillna(df[c].median())"]
    assert place == "cell 5 line 4"
    assert "fillna: 44.45" in frozen
    assert "StandardScaler as fitted" in lines["X_train_sc = sc.fit_transform(X_train)"][1]
    assert not any("isnull" in line for line in lines)
    assert {row[3] for row in fits["rows"]} == {"replayed"}
    assert ["cell 10 line 2", "RandomForestClassifier.fit"] in [row[:2] for row in fits["rows"]]

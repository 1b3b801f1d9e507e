"""Raw rows can be scored.

Asked: is the way from a row as it was read to a row that the model takes known and proven?

Why: operations has raw rows, not the notebook's matrices. Preparation that stands outside the model
has to be written again by somebody, and differs.

How: the notebook's preparation is run once more, each operation on rows written down with what it
learned, and what was written is replayed: all raw rows together, some alone with only the columns that
matter, some that never were in the data, some with gaps, new levels, far values and wrong types. Model
inputs and predictions must be the notebook's own, a row alone must get what it gets among others, and
the target must not be needed. Below 95 % of the rows a recipe is partial, and where fewer than half of
new rows get an answer it is of no use: neither passes.

To mend: change the line that is named, move the preparation into a Pipeline that is fitted with the
model, or supply it: a cell marked `%%o16n recipe` that defines `prepare(rows)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.readiness.check import Evidence, Failed, Outcome, Passed, Section, Severity, Table

if TYPE_CHECKING:
    from o16n.readiness.subject import Subject
    from o16n.recipe.proof import Proof
    from o16n.recipe.recipe import Recipe
    from o16n.recipe.shown import Step

CODE = "REC-01"
SECTION: Section = "Model"
SEVERITY: Severity = "blocker"
USEFUL = 0.5  # of new rows that must get an answer


def check(subject: Subject) -> Outcome:
    """Look at the recipe's state and proof."""
    recipe, proof = subject.candidate.recipe, subject.candidate.proof
    if recipe.state != "proven" or proof is None:
        return _without(subject)
    flow = _flow(subject)
    evidence = Evidence(
        statement=_statement(recipe, proof),
        value=proof.largest_difference,
        n=proof.matched,
        method="replay: in bulk, alone, on unseen and on damaged rows",
        tables=(_figures(proof), *_steps(recipe), *_policies(recipe), *_fits(subject)),
        figures=("columns",) if flow else (),
        data={"flow": flow} if flow else {},
    )
    if why := _insufficient(proof):
        return Failed(severity="blocker", evidence=evidence, reason=why[0], remedy=why[1])
    if proof.branches:
        return Failed(
            severity="major",
            evidence=evidence,
            reason=proof.branches,
            remedy="prepare both alike: raw rows are scored as those it is fitted on",
        )
    return Passed(evidence=evidence)


def _statement(recipe: Recipe, proof: Proof) -> str:
    if recipe.supplied is None:
        return proof.statement
    return f"{proof.statement}; prepared by prepare(rows), which cell {recipe.supplied} supplies"


def _insufficient(proof: Proof) -> tuple[str, str] | None:
    """Return why a recipe that repeats the notebook is still no way to score new rows, and what helps."""
    if not proof.predictions_equal or not proof.matched:
        return (
            "the replayed recipe does not give the notebook's own inputs and predictions",
            "move the preparation into a Pipeline that is fitted with the model",
        )
    at = f": it enters at {proof.label_at}" if proof.label_at else ""
    if proof.label:
        return (
            f"the model's input depends on {proof.label}, which is what it predicts{at}",
            "leave the target out of what the model is fitted on",
        )
    if proof.partial:
        return (
            f"only {proof.matched:,} of {proof.compared:,} rows that the notebook used are repeated",
            "see which rows differ in proof.json",
        )
    if proof.unseen and proof.unseen_answered < proof.unseen * USEFUL:
        worst = max(proof.unseen_refused, key=lambda one: one.rows).reason
        return (
            f"only {proof.unseen_answered} of {proof.unseen} rows that never were in the data get an answer: {worst}",
            "encode such a column by something that new rows have",
        )
    return None


def _flow(subject: Subject) -> dict[str, Any]:
    """Return which raw columns feed which model inputs, empty where no raw rows are at hand."""
    from dataclasses import asdict

    from o16n.recipe.flow import flow

    candidate = subject.candidate
    found = flow(candidate.recipe, candidate.raw.frame) if candidate.raw is not None else None
    return asdict(found) if found is not None else {}


def _figures(proof: Proof) -> Table:
    """Return what each part of the proof showed."""
    rows = [
        (
            "all rows of the notebook",
            proof.matched,
            proof.compared,
            f"{proof.bit_equal:,} to the bit",
        ),
        (
            "alone, with the required columns only",
            proof.alone,
            proof.alone_tried,
            "as among others",
        ),
        ("rows that never were in the data", proof.unseen_answered, proof.unseen, "answered"),
        (
            "damaged rows",
            proof.injected_same,
            proof.injected,
            "the same answer or refusal as among others",
        ),
    ]
    return Table(
        header=("rows", "good", "of", "meaning"), rows=tuple(rows), caption="what the replay showed"
    )


def _steps(recipe: Recipe) -> tuple[Table, ...]:
    from o16n.recipe.shown import is_as_read, steps

    if is_as_read(recipe):
        return ()
    rows = tuple((_place(one), one.text, "; ".join(one.frozen)) for one in steps(recipe))
    header, caption = ("place", "statement", "frozen from training"), "the recipe, line by line"
    return (Table(header=header, rows=rows, caption=caption),)


def _policies(recipe: Recipe) -> tuple[Table, ...]:
    """Return what becomes of levels that training never had, where o16n.toml says so."""
    rows = tuple(
        (str(name), one.policy, len(one.known)) for name, one in sorted(recipe.unseen.items())
    )
    header, caption = ("column", "policy", "levels of training"), "levels that training never had"
    return (Table(header=header, rows=rows, caption=caption),) if rows else ()


def _place(step: Step) -> str:
    """Return where a step stands, as people say it."""
    return f"cell {step.cell} line {step.line}" if step.cell else f"line {step.line}"


def _fits(subject: Subject) -> tuple[Table, ...]:
    """Return which fits and predictions of the notebook could be scored from raw rows."""
    verdicts = subject.candidate.verdicts
    if not verdicts:
        return ()
    rows = tuple(
        (
            f"cell {one.cell} line {one.line}",
            f"{one.model}.{one.method}",
            one.rows,
            one.state,
            one.reason,
        )
        for one in verdicts
    )
    header = ("place", "call", "rows", "from raw rows", "why not")
    return (Table(header=header, rows=rows, caption="every fit and prediction of the notebook"),)


def _without(subject: Subject) -> Failed:
    recipe = subject.candidate.recipe
    rows = tuple((f"cell {one.cell}", one.line, one.text) for one in recipe.preparation)
    header, caption = ("cell", "line", "statement"), "what prepares the data outside the model"
    return Failed(
        severity="blocker",
        evidence=Evidence(
            statement=recipe.reason,
            n=len(rows),
            method="the notebook's preparation, run once more and replayed",
            tables=(
                *((Table(header=header, rows=rows, caption=caption),) if rows else ()),
                *_fits(subject),
            ),
        ),
        reason=recipe.reason,
        remedy="change the line that is named, move these steps into a Pipeline that is fitted with the model, "
        "or supply prepare(rows) in a cell marked %%o16n recipe"
        if rows
        else "read the raw rows from a file that the notebook names",
    )

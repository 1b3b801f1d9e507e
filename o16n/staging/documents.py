"""The documents of a bundle: what answers, and what is known about it."""

from __future__ import annotations

import sys
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from o16n.files import canonical_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from o16n.bundle.schema import Column, Schema
    from o16n.candidate.candidate import Candidate
    from o16n.explain.explanation import Explanation
    from o16n.notebook.notebook import Notebook
    from o16n.settings import Settings

GOLDEN_ROWS = 20
SEED = 0


def describe(candidate: Candidate) -> tuple[Schema, pd.DataFrame]:
    """Return the schema and the training rows it was inferred from (n, columns)."""
    import pandas as pd

    from o16n.bundle.schema import Outputs
    from o16n.bundle.schema_of import infer_schema

    outputs = Outputs(
        task=candidate.task,
        classes=tuple(_plain(label) for label in candidate.classes),
        positive=_plain(candidate.positive),
        probabilities=bool(candidate.classes) and hasattr(candidate.model, "predict_proba"),
        score=candidate.task == "anomaly" and hasattr(candidate.model, "decision_function"),
    )
    if candidate.recipe.state == "proven" and candidate.train.raw is not None:
        frame = candidate.train.raw[list(candidate.recipe.raw_columns)]
        schema = infer_schema(frame, outputs, level="raw rows", named=True)
        columns = tuple(_with_policy(one, candidate) for one in schema.columns)
        return replace(schema, columns=columns), frame
    inputs = candidate.train.X
    named = isinstance(inputs, pd.DataFrame)
    frame = inputs if named else pd.DataFrame(_dense(inputs))
    return infer_schema(frame, outputs, level="model inputs", named=named), frame


def _with_policy(column: Column, candidate: Candidate) -> Column:
    """Return a column with its policy; the recipe itself makes a category of it where it was one."""
    levels = candidate.recipe.unseen.get(column.name)
    if levels is None:
        return column
    dtype = "object" if column.dtype == "category" else column.dtype
    return replace(column, unseen=levels.policy, dtype=dtype, ordered=False)


def answering_files(
    candidate: Candidate,
    schema: Schema,
    frame: pd.DataFrame,
    notebook: Notebook,
    sensitive: tuple[str, ...] = (),
) -> dict[str, bytes]:
    """Return what the identity covers: everything that decides an answer; its rows are masked first."""
    from o16n.bundle import environment, model_file, schema_of
    from o16n.monitoring.profile import profile_of
    from o16n.recipe import recipe_file
    from o16n.scoring import golden
    from o16n.scoring.scorer import CODE, Scorer
    from o16n.staging.masking import masked_rows

    scorer = Scorer(
        identity="", name="", model=candidate.model, recipe=candidate.recipe, schema=schema
    )
    rows = golden.synthetic_rows(frame, count=GOLDEN_ROWS, seed=SEED)
    rows = masked_rows(rows, schema, sensitive, scorer.answer)
    beside = notebook.path.parent if notebook.path else None
    lock = environment.lock_text(_modules(candidate), beside=beside)
    files = {
        "model/model.skops": model_file.dump_model(candidate.model, code=candidate.code),
        **recipe_file.to_files(candidate.recipe, code=candidate.code),
        "schema.json": canonical_json(schema_of.schema_to_json(schema)),
        "golden.json": canonical_json(golden.record(rows, scorer.answer)),
        "sample.csv": golden.sample_csv(rows),
        "profile.json": canonical_json(profile_of(frame, schema, scorer.answer(frame))),
        "environment/requirements.lock": lock.encode(),
        "environment/python.txt": f"{sys.version_info.major}.{sys.version_info.minor}\n".encode(),
    }
    if candidate.code:
        files[CODE] = candidate.code.encode()
    return files


def known_facts(
    candidate: Candidate,
    schema: Schema,
    notebook: Notebook,
    settings: Settings,
    staged: Path,
    *,
    say: Callable[[str], None],
) -> dict[str, bytes]:
    """Return the evidence files that need the model: explanation, proof, checks."""
    from o16n.bundle import sbom
    from o16n.explain import explanation_file
    from o16n.explain.explain import explain
    from o16n.explain.masked import masked
    from o16n.readiness import checklist
    from o16n.readiness.subject import Subject
    from o16n.staging.masking import masked_labels

    say("explaining")
    explanation = explain(candidate, seed=SEED, say=say)
    explanation = masked(explanation, settings.sensitive, candidate.target)
    index = getattr(candidate.held_out.X, "index", None)
    explanation = masked_labels(explanation, index, settings.sensitive)
    effects = _effects(candidate, schema, explanation, settings, say)
    say("checking")
    subject = Subject(
        candidate=candidate,
        schema=schema,
        explanation=explanation,
        notebook=notebook,
        settings=settings,
        bundle=staged,
        seed=SEED,
    )
    outcomes = checklist.assess(subject, say=say)
    lock = (staged / "environment" / "requirements.lock").read_text()
    files = {
        "explanation.json": canonical_json(explanation_file.to_json(explanation)),
        "readiness.json": canonical_json(checklist.to_json(outcomes)),
        "candidate.json": canonical_json(about(candidate)),
        "sbom.cdx.json": canonical_json(sbom.sbom(lock)),
    }
    if effects is not None:
        files["effects.json"] = canonical_json(effects)
    if candidate.proof is not None:
        files["proof.json"] = canonical_json(asdict(candidate.proof))
    if notebook.path is not None:
        files["notebook/source.ipynb"] = notebook.path.read_bytes()
    return files


def _effects(
    candidate: Candidate,
    schema: Schema,
    explanation: Explanation,
    settings: Settings,
    say: Callable[[str], None],
) -> dict[str, Any] | None:
    """Return effects.json; a bundle is made without it where a model fails on a changed row."""
    from o16n.explain.effects.effects import to_json
    from o16n.staging.measured import effects_for

    say("asking about changed rows")
    try:
        return to_json(effects_for(candidate, schema, explanation, settings))
    except Exception as error:  # noqa: BLE001 - foreign models; its absence is told by the page
        say(f"effects were not measured: {type(error).__name__}: {error}")
        return None


def about(candidate: Candidate) -> dict[str, Any]:
    """Return candidate.json: what was chosen and why, without data."""
    from o16n.candidate.data import height

    raw = candidate.raw
    parts = {"train": candidate.train, "test": candidate.test}
    return {
        "name": candidate.name,
        "class": _class_of(candidate.model),
        "task": candidate.task,
        "target": candidate.target,
        "positive": _plain(candidate.positive),
        "classes": [_plain(label) for label in candidate.classes],
        "reasons": [
            {"statement": one.statement, "place": _place(one)} for one in candidate.reasons
        ],
        "watched": candidate.watched,
        "ranking": list(candidate.ranking),
        "proposed": candidate.proposed,
        "instead": list(candidate.instead),
        "verdicts": [asdict(one) for one in candidate.verdicts],
        "odd": [{**asdict(one), "place": _place(one)} for one in candidate.odd],
        "metrics": [
            {"name": one.name, "value": one.value, "place": _place(one)}
            for one in candidate.metrics
        ],
        "rows": {
            **{name: height(part.X) if part is not None else 0 for name, part in parts.items()},
            "raw": len(raw.frame) if raw is not None else 0,
        },
        "read": {"call": raw.call, "location": raw.location, "digest": raw.digest} if raw else None,
    }


def _modules(candidate: Candidate) -> tuple[str, ...]:
    found = {"sklearn", "pandas", "numpy", "skops"}
    pending, seen = [candidate.model], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        module = type(one).__module__.partition(".")[0]
        if hasattr(one, "get_params") and module != "__main__":
            found.add(module)
        if isinstance(one, list | tuple):
            pending += one
        elif isinstance(one, dict):
            pending += one.values()
        elif hasattr(one, "get_params"):
            pending += vars(one).values()
    return tuple(sorted(found))


def _class_of(model: Any) -> str:
    """Return the class with its last step, such as `Pipeline … LogisticRegression`."""
    names = [type(model).__name__]
    while True:
        inner = getattr(model, "best_estimator_", None)
        if inner is None and hasattr(model, "steps"):
            inner = model.steps[-1][1]
        if inner is None or isinstance(inner, str):
            return " … ".join(names)
        model = inner
        names.append(type(model).__name__)


def _place(one: Any) -> dict[str, int | None] | None:
    place = one.place
    return None if place is None else {f.name: getattr(place, f.name) for f in fields(place)}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _dense(matrix: Any) -> Any:
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix

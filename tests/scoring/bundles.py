"""Small real bundles, made of a fitted model and the rows it was trained on."""

from __future__ import annotations

from o16n.bundle import write
from o16n.bundle.model_file import dump_model
from o16n.bundle.schema import Outputs
from o16n.bundle.schema_of import infer_schema, schema_to_json
from o16n.files import canonical_json
from o16n.monitoring.profile import profile_of
from o16n.recipe import recipe_file
from o16n.recipe.match import names_of, selection
from o16n.recipe.program import Site
from o16n.scoring import golden
from o16n.scoring.scorer import Scorer, load_scorer


def recipe_for(frame, *, matrix=False):
    """Return the proven recipe of a model that takes the columns of `frame` as they were read."""
    return selection(
        frame,
        tuple(names_of(frame.columns)),
        matrix=matrix,
        site=Site(cell=1, line=1),
        reason="as read",
    )


def outputs_of(model, task="binary"):
    classes = tuple(getattr(model, "classes_", ())) if task in ("binary", "multiclass") else ()
    return Outputs(
        task=task,
        classes=tuple(one.item() if hasattr(one, "item") else one for one in classes),
        positive=None,
        probabilities=bool(classes) and hasattr(model, "predict_proba"),
        score=task == "anomaly",
    )


def contents(model, frame, *, task="binary", code="", matrix=False):
    """Return the files that the identity covers, as packaging writes them."""
    schema = infer_schema(frame, outputs_of(model, task))
    scorer = Scorer(
        identity="", name="", model=model, recipe=recipe_for(frame, matrix=matrix), schema=schema
    )
    rows = golden.synthetic_rows(frame, count=8)
    files = {
        "model/model.skops": dump_model(model, code=code),
        **recipe_file.to_files(scorer.recipe),
        "schema.json": canonical_json(schema_to_json(schema)),
        "golden.json": canonical_json(golden.record(rows, scorer.answer)),
        "profile.json": canonical_json(profile_of(frame, schema, scorer.answer(frame))),
    }
    return files | ({"model/code/notebook_code.py": code.encode()} if code else {})


def bundle_of(folder, model, frame, **how):
    staged = write.stage(
        contents(model, frame, **how), name="m", version="1", beside=folder / "m-1"
    )
    return write.publish(staged, write.next_place(folder, "m"))


def scorer_of(folder, model, frame, **how):
    return load_scorer(bundle_of(folder, model, frame, **how))

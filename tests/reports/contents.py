"""Small fixed documents that pages and cards are drawn from: one for each shape a bundle can have."""

from __future__ import annotations

from dataclasses import replace

from o16n.reports.content import BundleContent

ATTACKS = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    '" onload="alert(3)" x="',
    "'><img src=x onerror=alert(4)>",
    "{{7*7}}",
    "{% raw %}",
    "line\u2028separator",
    "]]>&lt;svg onload=alert(5)>",
)


def evidence(statement, **told):
    plain = {
        "value": None,
        "threshold": None,
        "interval": None,
        "n": None,
        "method": "counted",
        "seed": None,
        "tables": [],
        "figures": [],
        "data": {},
    }
    return {"statement": statement, **plain, **told}


def asked(code, title, outcome, *, section="Model", blocks=False, waived=""):
    return {
        "code": code,
        "title": title,
        "section": section,
        "severity": "blocker",
        "text": f"Asked: {title}?\n\nWhy: it matters.",
        "blocks": blocks,
        "waived": waived,
        "seconds": 0.0,
        "outcome": outcome,
    }


def passed(**told):
    return {"state": "Passed", "evidence": evidence(**told)}


def failed(severity, reason, remedy, **told):
    return {
        "state": "Failed",
        "severity": severity,
        "reason": reason,
        "remedy": remedy,
        "evidence": evidence(reason, **told),
    }


METRIC = asked(
    "MOD-02",
    "The metric is told with its interval, on held-out rows",
    passed(
        statement="ROC AUC 0.724 (95 % 0.660 to 0.788) on 300 rows; 0.795 on 700 training rows",
        value=0.724,
        interval=[0.66, 0.788],
        n=300,
        seed=0,
        method="DeLong",
        figures=["roc", "confusion"],
        data={
            "metric": "ROC AUC",
            "trained": 0.795,
            "roc": [[0.0, 0.0], [0.2, 0.6], [1.0, 1.0]],
            "confusion": {"labels": ["bad", "good"], "counts": [[40, 50], [30, 180]]},
        },
    ),
)
BASELINE = asked(
    "MOD-01",
    "The model beats a trivial baseline",
    passed(
        statement="ROC AUC 0.724 against 0.500 of always the same answer",
        value=0.224,
        threshold=0.0,
        interval=[0.16, 0.288],
        tables=[
            {
                "caption": "95 % intervals of the difference on the same rows",
                "header": ["against", "ROC AUC", "better by", "from", "to"],
                "rows": [["always the same answer", 0.5, 0.224, 0.16, 0.288]],
            }
        ],
    ),
)
CALIBRATION = asked(
    "MOD-03",
    "Probabilities mean what they say",
    passed(
        statement="calibration error 0.076",
        figures=["calibration", "a figure of a newer check"],
        data={"bins": [[30, 0.3, 0.35], [30, 0.6, 0.5], [30, 0.9, 0.95]]},
    ),
)
SLICES = asked(
    "MOD-04",
    "No slice is much weaker than the whole",
    passed(
        statement="0 of 2 slices are surely weaker by more than 0.05",
        figures=["slices"],
        tables=[
            {
                "caption": "",
                "header": ["slice", "rows", "share right", "says", "by", "from", "to", ""],
                "rows": [
                    ["housing = rent", 44, 0.68, 0.7, 0.06, -0.08, 0.21, ""],
                    ["age: lowest quarter", 75, 0.71, 0.7, 0.01, -0.1, 0.12, "sensitive"],
                ],
            }
        ],
    ),
)
UNASKED = asked(
    "DAT-02",
    "No duplicate rows across the split",
    {"state": "NotAssessed", "reason": "no held-out rows are known", "severity": "minor"},
    section="Data",
)
ATTESTED = asked(
    "GOV-01",
    "An owner answers for the model",
    {"state": "Attested", "by": "Ada Lovelace", "at": "2026-03-01", "digest": "ab" * 32},
    section="Governance",
)
MEANINGLESS = asked(
    "BUS-01",
    "A decision is declared",
    {"state": "NotApplicable", "reason": "a regression decides nothing"},
    section="Business",
)
OUTSIDE = asked(
    "REC-01",
    "Raw rows can be scored",
    failed(
        "blocker",
        "the data is prepared outside the model, in cell 5",
        "move these steps into a Pipeline that is fitted with the model",
        tables=[
            {
                "caption": "what prepares the data outside the model",
                "header": ["cell", "line", "statement"],
                "rows": [["cell 5", 4, "df = pd.get_dummies(df)"]],
            }
        ],
    ),
    blocks=True,
)
WAIVED = asked(
    "SEC-01",
    "No secret is packaged",
    failed("major", "a token stands in cell 2", "take it out of the notebook"),
    section="Security",
    waived="Grace Hopper until 2027-01-01: the token is revoked",
)


def checklist(verdict, deciding, *outcomes):
    states = [one["outcome"]["state"] for one in outcomes]
    names = ("Passed", "Failed", "NotApplicable", "NotAssessed", "Attested")
    return {
        "format": 1,
        "verdict": verdict,
        "deciding": list(deciding),
        "policy": {"tier": "low"},
        "counts": {name: states.count(name) for name in names},
        "outcomes": list(outcomes),
    }


def driver(column, strength, low, high, direction=None, by_output=()):
    return {
        "column": column,
        "strength": strength,
        "low": low,
        "high": high,
        "direction": direction,
        "by_output": list(by_output),
    }


def case(kind="strongest yes", column="duration", value="6", **told):
    parts = [{"column": column, "value": value, "amount": 0.9}]
    parts += [{"column": "age", "value": "19", "amount": -0.3}]
    plain = {"output": "risk = good", "said": "good", "actual": "bad"}
    return {
        "row": "210",
        "kind": kind,
        "answer": 1.7,
        "base": 1.1,
        "contributions": parts,
        **plain,
        **told,
    }


EXPLANATION = {
    "format": 1,
    "kind": "shap",
    "method": "linear in closed form",
    "reason": "the model is linear in its encoded columns",
    "refusal": "",
    "output": "risk = good",
    "outputs": ["risk = good"],
    "bases": [1.1],
    "base": 1.1,
    "unit": "log-odds",
    "columns": "raw columns",
    "explained": 200,
    "population": 300,
    "part": "held-out rows",
    "background": "mean of 700 training rows",
    "seed": 0,
    "seconds": 0.1,
    "drivers": [driver("duration", 0.77, 0.75, 0.79, -1.0), driver("purpose", 0.2, 0.18, 0.22)],
    "cases": [case()],
    "additivity": {"rows": 200, "largest_error": 4e-16, "tolerance": 1e-6, "holds": True},
    "passed_over": [],
    "limits": ["Columns that move together share their contribution."],
}
CANDIDATE = {
    "name": "model",
    "class": "Pipeline … LogisticRegression",
    "task": "binary",
    "target": "risk",
    "classes": ["bad", "good"],
    "rows": {"raw": 1000, "train": 700, "test": 300},
    "watched": "hooks on estimators",
    "ranking": ["model: 0.724 in cell 8", "dummy: 0.500 in cell 7"],
    "reasons": [
        {"statement": "it was saved", "place": {"cell": 9, "line": 2}},
        {"statement": "X_test was held back", "place": {"cell": 8, "line": None}},
        {"statement": "ROC AUC was printed of it", "place": None},
    ],
    "metrics": [{"name": "roc_auc", "value": 0.724, "place": {"cell": 8, "line": None}}],
}
SCHEMA = {
    "format": 1,
    "level": "raw columns",
    "columns": [
        {"name": "purpose", "kind": "text", "nullable": True, "levels": ["car", "radio/TV"]},
        {"name": "duration", "kind": "integer", "nullable": False, "levels": None},
        {"name": "note", "kind": "text", "nullable": True, "levels": None},
    ],
}
for column, ends in zip(SCHEMA["columns"], ((None, None), (4.0, 72.0), (None, None)), strict=True):
    column["minimum"], column["maximum"] = ends
RUN = {
    "id": "20260301T120000Z-abc123",
    "status": "completed",
    "cells": 12,
    "cells_done": 12,
    "python": "3.11.7",
    "notebook": "credit.ipynb",
    "notebook_digest": "cd" * 32,
    "parameters": {"seed": 7},
}
RECIPE = {"format": 1, "state": "proven", "reason": "the model takes columns as they were read"}

READY = BundleContent(
    identity="ef" * 32,
    name="credit",
    version="1",
    date="2026-03-01T12:00:00Z",
    readiness=checklist("ready", (), BASELINE, METRIC, CALIBRATION, SLICES, ATTESTED, MEANINGLESS),
    explanation=EXPLANATION,
    candidate=CANDIDATE,
    recipe=RECIPE,
    schema=SCHEMA,
    proof={"statement": "1000 of 1000 rows give the notebook's own predictions"},
    run=RUN,
)
NOT_READY = replace(
    READY,
    readiness=checklist("not ready", ["REC-01"], OUTSIDE, BASELINE, METRIC, UNASKED),
    candidate={**CANDIDATE, "watched": "", "ranking": []},
    proof={},
    run={},
)
ODD = {
    "slug": "refitted-on-test",
    "severity": "warning",
    "message": "enc is fitted on X_test['purpose']: the rows it is tried on decide how they are coded",
    "place": {"cell": 7, "line": 3},
    "hint": "fit on the training rows, then only transform the others",
}
CONDITIONS = replace(
    READY,
    readiness=checklist("ready with conditions", ["SEC-01"], WAIVED, METRIC, UNASKED),
    candidate={**CANDIDATE, "proposed": True, "instead": ["models['dummy']"], "odd": [ODD]},
)
MINIMAL = BundleContent(
    identity="ef" * 32,
    name="bare",
    version="1",
    date="",
    readiness={},
    explanation={},
    candidate={},
    recipe={},
    schema={},
)
OLDER = replace(
    READY,
    candidate={key: CANDIDATE[key] for key in CANDIDATE if key not in ("watched", "ranking")},
    explanation={
        **{k: v for k, v in EXPLANATION.items() if k not in ("outputs", "bases", "passed_over")},
        "drivers": [
            {k: v for k, v in one.items() if k != "by_output"} for one in EXPLANATION["drivers"]
        ],
        "cases": [
            {k: v for k, v in case().items() if k not in ("output", "said", "actual")},
        ],
    },
)
SEVERAL = replace(
    READY,
    name="penguins",
    explanation={
        **EXPLANATION,
        "unit": "probability",
        "output": "mean over the classes",
        "outputs": ["class = Adelie", "class = Gentoo", "class = Chinstrap"],
        "bases": [0.4, 0.4, 0.2],
        "passed_over": ["RandomForestClassifier is not a linear model"],
        "drivers": [driver("bill_length_mm", 0.2, 0.2, 0.2, None, (0.1, 0.2, 0.3))],
        "cases": [case("surest Adelie", output="class = Adelie", said="Adelie", actual="Adelie")],
    },
)
PERMUTED = replace(
    READY,
    explanation={
        **EXPLANATION,
        "kind": "permutation importance",
        "unit": "ROC AUC lost",
        "refusal": "no explainer reads SVC",
        "cases": [],
        "additivity": None,
    },
)


def hostile():
    """Return a document with an attack in every text that comes from a notebook or its data."""
    script, closing, attribute, image, braces, tag, separator, entity = ATTACKS
    labels = [script, attribute]
    attacked = asked(
        "REC-01",
        image,
        failed(
            "blocker",
            script,
            braces,
            figures=["confusion", "slices"],
            data={"confusion": {"labels": labels, "counts": [[1, 2], [3, 4]]}},
            tables=[
                {
                    "caption": attribute,
                    "header": [closing, "rows", image, "says", "by", "from", "to", ""],
                    "rows": [[separator, 3, 0.1, 0.2, 0.1, 0.0, 0.2, tag]],
                }
            ],
        ),
        section=entity,
        blocks=True,
        waived=image,
    )
    column = {"name": attribute, "kind": "text", "nullable": True, "levels": list(ATTACKS)}
    return replace(
        READY,
        name=script,
        version=attribute,
        date=image,
        readiness=checklist("not ready", ["REC-01"], attacked, METRIC),
        explanation={
            **EXPLANATION,
            "method": closing,
            "reason": image,
            "outputs": [script],
            "output": script,
            "drivers": [driver(one, 0.5, 0.4, 0.6) for one in ATTACKS],
            "cases": [case(script, column=closing, value=image, row=attribute, said=braces)],
            "limits": list(ATTACKS),
            "passed_over": list(ATTACKS),
        },
        candidate={
            **CANDIDATE,
            "name": script,
            "class": image,
            "target": attribute,
            "watched": closing,
            "ranking": list(ATTACKS),
            "reasons": [{"statement": one, "place": None} for one in ATTACKS],
            "metrics": [{"name": script, "value": 1.0, "place": None}],
        },
        recipe={**RECIPE, "reason": image},
        schema={
            **SCHEMA,
            "level": script,
            "columns": [{**column, "minimum": None, "maximum": None}],
        },
        proof={"statement": closing},
        run={**RUN, "notebook": f"{script}.ipynb", "parameters": {attribute: image}},
    )


LONG = "column_" + "x" * 300
LONG_NAMES = replace(
    NOT_READY,
    name="n" * 200,
    candidate={**CANDIDATE, "name": LONG},
    explanation={
        **EXPLANATION,
        "drivers": [driver(LONG, 0.5, 0.4, 0.6)],
        "cases": [case(column=LONG, value="v" * 300)],
    },
    schema={
        **SCHEMA,
        "columns": [{**SCHEMA["columns"][0], "name": LONG, "levels": ["l" * 200] * 12}],
    },
)

EVERY = {
    "ready": READY,
    "not_ready": NOT_READY,
    "conditions": CONDITIONS,
    "minimal": MINIMAL,
    "older": OLDER,
    "several": SEVERAL,
    "permuted": PERMUTED,
    "long_names": LONG_NAMES,
    "hostile": hostile(),
}

"""Documents of an explanation as the newest format tells them, small and fixed, with all their parts."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.contents import ATTACKS, EXPLANATION, READY, SEVERAL, case, driver

TRUTH = {
    "exact": True,
    "error": None,
    "agreement": 0.98,
    "agreement_rows": 200,
    "halves": 1.0,
    "signs": 1.0,
    "deletion": {"rows": 60, "strongest": [0.9, 1.4], "chance": [0.3, 0.6], "better": True},
}
TOLD = {
    **EXPLANATION,
    "drivers": [
        driver("duration", 0.77, 0.75, 0.79, -1.0),
        driver("purpose", 0.2, 0.18, 0.22),
        driver("age", 0.19, 0.17, 0.21, 0.2),
    ],
    "cases": [
        case(row="210"),
        case("borderline", row="17", answer=0.02, actual=""),
        case("named, typical", row="5"),
    ],
    "game": "columns that are not known are at their background mean",
    "background_rows": 700,
    "sampling": {"batch": 250, "batches": 1, "scored": 300, "stopped": "resolved", "budget": 12.0},
    "truth": TRUTH,
    "ranking": [
        {
            "first": "duration",
            "second": "purpose",
            "difference": 0.57,
            "low": 0.54,
            "high": 0.6,
            "state": "resolved",
        },
        {
            "first": "purpose",
            "second": "age",
            "difference": 0.01,
            "low": -0.02,
            "high": 0.04,
            "state": "tie",
        },
    ],
    "groups": [
        {
            "column": "purpose",
            "level": "car",
            "n": 60,
            "answer": 0.9,
            "drivers": [["duration", 0.8], ["age", 0.2]],
        }
    ],
    "forecast": 1.0,
}


def point(value, at, mean):
    return {
        "value": value,
        "at": at,
        "mean": mean,
        "low": mean - 0.02,
        "high": mean + 0.02,
        "least": mean - 0.2,
        "most": mean + 0.1,
    }


def curve(column, kind, shape, points, left_out=0):
    return {
        "column": column,
        "kind": kind,
        "n": 80,
        "population": 300,
        "left_out": left_out,
        "shape": shape,
        "span": 0.3,
        "points": points,
    }


def group(level, n, error, low, high):
    return {
        "column": "purpose",
        "level": level,
        "n": n,
        "error": error,
        "low": low,
        "high": high,
        "drivers": [],
    }


CHANGE = {
    "row": "17",
    "said": "good",
    "before": 0.505,
    "moves": [{"column": "duration", "value": "24", "instead": "27"}],
    "would_say": "bad",
    "after": 0.48,
    "distance": 0.05,
    "tried": 120,
    "columns": 9,
    "population": 300,
}
NO_CHANGE = {
    **CHANGE,
    "row": "210",
    "moves": [],
    "would_say": "",
    "after": None,
    "distance": None,
    "tried": 463,
}
THRESHOLDS = {
    "yes": "risk = good",
    "n": 300,
    "positives": 210,
    "false_yes": 1.0,
    "false_no": 1.0,
    "stated": False,
    "served": 0.5,
    "best": 0.4,
    "cost_served": 0.25,
    "cost_best": 0.24,
    "band": None,
    "points": [
        {"at": at / 10, "alarms": 1 - at / 10, "found": 1 - at / 20, "right": 0.7, "cost": at / 20}
        for at in range(1, 10)
    ],
}
EFFECTS = {
    "format": 1,
    "part": "held-out rows",
    "rows": 300,
    "population": 300,
    "refused": 0,
    "output": "risk = good",
    "unit": "probability",
    "seed": 0,
    "curves": [
        curve(
            "duration",
            "number",
            "falls",
            [point("6", 6.0, 0.8), point("24", 24.0, 0.7), point("60", 60.0, 0.5)],
            8,
        ),
        curve("purpose", "levels", "levels", [point("car", None, 0.6), point("radio", None, 0.8)]),
    ],
    "interaction": {
        "pair": {"columns": ["duration", "purpose"], "h": 0.12, "low": 0.1, "high": 0.15},
        "others": [{"columns": ["purpose", "age"], "h": 0.02, "low": 0.01, "high": 0.04}],
        "tried": 2,
        "n": 30,
        "population": 300,
        "seed": 0,
        "resamples": 500,
        "down": ["6", "60"],
        "across": ["car", "radio"],
        "cells": [[0.7, 0.8], [0.5, None]],
    },
    "changes": [CHANGE, NO_CHANGE],
    "distance": "the share of seen rows that a number passes; another level counts 0.5",
    "calibration": {
        "of": "risk = good",
        "n": 300,
        "error": 0.026,
        "bins": [
            {"n": 150, "said": 0.5, "came_true": 0.52, "low": 0.44, "high": 0.6},
            {"n": 150, "said": 0.9, "came_true": 0.8, "low": 0.73, "high": 0.86},
        ],
    },
    "thresholds": THRESHOLDS,
    "goodness": {
        "measure": "share answered wrongly",
        "n": 300,
        "overall": 0.25,
        "low": 0.2,
        "high": 0.3,
        "smallest": 20,
        "groups": [group("car", 60, 0.4, 0.28, 0.52), group("radio", 90, 0.1, 0.05, 0.18)],
        "slices": [
            {
                "rule": "duration > 27.5 and purpose = car",
                "n": 40,
                "error": 0.5,
                "low": 0.35,
                "high": 0.65,
                "worse": True,
            }
        ],
        "looked": 150,
        "measured": 150,
        "seed": 0,
    },
    "together": [
        {
            "first": "duration",
            "second": "age",
            "measure": "Spearman's ρ",
            "strength": 0.62,
            "unseen": 0.067,
            "n": 300,
        }
    ],
    "left_out": [],
    "digest": "",
    "versions": [["python", "3.11.2"], ["numpy", "2.4.0"]],
    "seconds": 1.5,
}
FULL = replace(
    READY,
    explanation=TOLD,
    effects=EFFECTS,
    digests={"model/model.skops": "cd" * 32},
    date="2026-11-24",
)
MANY_CLASSES = replace(
    SEVERAL,
    effects={
        **EFFECTS,
        "output": "class = Adelie",
        "curves": [curve("bill_length_mm", "number", "turns", EFFECTS["curves"][0]["points"])],
        "thresholds": None,
        "left_out": [["thresholds", "more than two classes have no one threshold"]],
    },
)
NUMBER = replace(
    FULL,
    explanation={**TOLD, "unit": "target unit", "output": "target", "outputs": ["target"]},
    effects={
        **EFFECTS,
        "output": "target",
        "unit": "target unit",
        "changes": [],
        "calibration": None,
        "thresholds": None,
        "left_out": [
            ["the nearest change of decision", "a regression decides nothing"],
            ["calibration and thresholds", "a number has no probability"],
        ],
    },
)
MISSES = replace(
    FULL,
    explanation={
        **TOLD,
        "additivity": {"rows": 200, "largest_error": 0.3, "tolerance": 1e-6, "holds": False},
    },
)
SAMPLED = replace(FULL, explanation={**TOLD, "truth": {**TRUTH, "exact": False, "error": 0.012}})
SHAPES = {
    "full": FULL,
    "many_classes": MANY_CLASSES,
    "number": NUMBER,
    "misses": MISSES,
    "sampled": SAMPLED,
}


def hostile():
    """Return the full documents with an attack in every text that comes from data or a model."""
    script, closing, attribute, image, *_ = ATTACKS
    points = [point(one, None, 0.5) for one in ATTACKS]
    pair = {"columns": [script, image], "h": 0.2, "low": 0.1, "high": 0.3}
    return replace(
        FULL,
        name=script,
        explanation={
            **TOLD,
            "drivers": [driver(one, 0.5, 0.4, 0.6) for one in ATTACKS],
            "cases": [case(script, column=closing, value=image, row=attribute)],
            "limits": list(ATTACKS),
        },
        effects={
            **EFFECTS,
            "part": f"rows of {script}.csv",
            "curves": [curve(attribute, "levels", "levels", points)],
            "interaction": {
                **EFFECTS["interaction"],
                "pair": pair,
                "others": [],
                "down": [script, closing],
                "across": [attribute, image],
            },
            "changes": [
                {
                    **CHANGE,
                    "row": attribute,
                    "said": image,
                    "would_say": closing,
                    "moves": [{"column": script, "value": image, "instead": closing}],
                }
            ],
            "left_out": [[script, image]],
            "together": [{**EFFECTS["together"][0], "first": script, "second": attribute}],
        },
    )

"""The readiness report: one offline page, a pure function of a bundle's documents."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from o16n.reports import figures
from o16n.templating import render

if TYPE_CHECKING:
    from o16n.reports.content import BundleContent

STATES = ("Failed", "NotAssessed", "Passed", "Attested", "NotApplicable")
IN_PLACE = ("REC-01",)  # checks whose figures stand with their statements only
WORDS = {
    "Passed": ("passed", "✓"),
    "Failed": ("failed", "✕"),
    "NotApplicable": ("not applicable", "–"),
    "NotAssessed": ("not assessed", "?"),
    "Attested": ("attested", "✎"),
}


def readiness_page(content: BundleContent) -> str:
    """Return the whole page as HTML."""
    return page(
        "reports/readiness.html.j2",
        content,
        title=f"Readiness of {content.name}",
        words=WORDS,
        sections=sections(content),
        drawn=drawn(content),
        glance=glance(content),
        **pictures(content),
    )


def drawn(content: BundleContent) -> dict[str, list[figures.Figure]]:
    """Return the figures that the checks name, by the check's code."""
    return {
        one["code"]: figures.of_evidence(one["outcome"].get("evidence", {}))
        for one in content.readiness.get("outcomes", ())
    }


def glance(content: BundleContent) -> list[tuple[str, str, figures.Figure]]:
    """Return what is looked at first: where its numbers stand (anchor, name), the figure."""
    found = []
    measured = content.outcome("MOD-02").get("evidence", {})
    against = content.outcome("MOD-01").get("evidence", {}).get("tables", ())
    if measured.get("interval") and against:
        figure = figures.beside_baseline(measured, against[0]["rows"])
        found.append(("MOD-01", "MOD-01", figure))
    if content.explanation.get("drivers"):
        found.append(("drivers", "its numbers", figures.strongest(content.explanation)))
    every = drawn(content)
    told = {code: some for code, some in every.items() if code not in IN_PLACE}
    return found + [(code, code, one) for code, some in told.items() for one in some]


def pictures(content: BundleContent) -> dict[str, Any]:
    """Return the explanation's figures."""
    told = content.explanation
    cases = [{**case, "figure": figures.waterfall(case)} for case in told.get("cases", ())]
    return {"drivers": figures.drivers(told) if told.get("drivers") else "", "cases": cases}


def sections(content: BundleContent) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the checks by section, those that need attention first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in content.readiness.get("outcomes", ()):
        found.setdefault(one["section"], []).append(one)
    return [
        (name, sorted(all_of, key=lambda one: (STATES.index(one["outcome"]["state"]), one["code"])))
        for name, all_of in found.items()
    ]


def page(template: str, content: BundleContent, **values: Any) -> str:
    """Render a page with its style and script inlined and allowed by their hashes alone."""
    style, script = render("reports/page.css.j2").strip(), render("reports/page.js.j2").strip()
    data = json.dumps(asdict(content), ensure_ascii=False, sort_keys=True)
    for sign, code in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        data = data.replace(sign, code)
    return render(
        template,
        content=content,
        style=style,
        script=script,
        data=data,
        style_hash=_hash(style),
        script_hash=_hash(script),
        **values,
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

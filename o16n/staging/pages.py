"""What is known only when the run has ended, and the pages that are drawn from it all."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from o16n.files import canonical_json
from o16n.staging.stage import now

if TYPE_CHECKING:
    from pathlib import Path

    from o16n.runs.job import Run


def add_run_evidence(staged: Path, run: Run | None) -> None:
    """Add what is known when the run has ended, then draw the pages from it all."""
    from o16n.bundle.read import open_bundle
    from o16n.bundle.write import add_evidence
    from o16n.reports.content import from_bundle
    from o16n.reports.explanation import explanation_page
    from o16n.reports.readiness import readiness_page

    files: dict[str, bytes] = {}
    if run is not None:
        told = json.loads((run.directory / "run.json").read_bytes())
        files["run.json"] = canonical_json(told)
        files["notebook/executed.ipynb"] = run.executed.read_bytes()
        files["notebook/parameters.json"] = canonical_json(told.get("parameters", {}))
        add_evidence(staged, files, date=now())
    date = now()  # one for both: what is drawn again later is the same page
    content = replace(from_bundle(open_bundle(staged)), date=date)
    pages = {
        "readiness.html": readiness_page(content).encode(),
        "explanation.html": explanation_page(content).encode(),
    }
    add_evidence(staged, pages, date=date)

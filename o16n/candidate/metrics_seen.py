"""Numbers the notebook printed that the model's own predictions give again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from o16n.candidate.candidate import NotebookMetric
from o16n.notebook.notebook import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from o16n.candidate.candidate import Part, Task
    from o16n.notebook.notebook import Notebook

WORDS = {  # what a cell must mention before a number in its output is this metric
    "roc_auc": ("auc",),
    "accuracy": ("accuracy", ".score("),
    "balanced_accuracy": ("balanced",),
    "f1": ("f1", "classification_report"),
    "log_loss": ("log_loss", "log loss"),
    "brier": ("brier",),
    "r2": ("r2", ".score(", "r²"),
    "rmse": ("rmse", "mean_squared_error"),
    "mae": ("mae", "mean_absolute_error"),
}
NUMBER = re.compile(r"-?\d+\.\d{2,}")


def metrics_seen(
    notebook: Notebook, model: Any, part: Part, task: Task
) -> tuple[NotebookMetric, ...]:
    """Return the metrics on `part` whose value, to the digits printed, stands in an output."""
    from o16n import metrics

    if part.y is None:
        return ()
    outputs = metrics.outputs_of(model, part.X, task)
    known = metrics.measured(task, part.y, outputs)
    found: dict[str, NotebookMetric] = {}
    for place, text, said in _texts(notebook):
        for printed in NUMBER.findall(text):
            digits = len(printed.partition(".")[2])
            for name, value in known.items():
                if name in found or not any(word in said for word in WORDS[name]):
                    continue
                if abs(value - float(printed)) <= 0.5 * 10**-digits + 1e-12:
                    found[name] = NotebookMetric(name=name, value=value, place=place)
    return tuple(found.values())


def _texts(notebook: Notebook) -> Iterator[tuple[Place, str, str]]:
    for cell in notebook.code:
        for output in cell.outputs:
            text = output.get("text") or output.get("data", {}).get("text/plain") or ""
            shown = "".join(text)
            yield Place(cell=cell.number), shown, (cell.source + shown).lower()

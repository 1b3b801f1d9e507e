"""Model, X, y and raw data where nobody watched: from names, history, statements and stored outputs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from o16n.candidate import reads
from o16n.candidate import statements as told
from o16n.candidate.data import Seen, find_parts
from o16n.candidate.found import Found
from o16n.candidate.gone import gone
from o16n.candidate.history import as_run
from o16n.candidate.metrics_seen import metrics_seen
from o16n.candidate.models import Measured, Told, choose_model, fitted_models, names_of
from o16n.candidate.native import answering
from o16n.candidate.odd import never_run_of
from o16n.candidate.since import index_of
from o16n.candidate.task import task_of
from o16n.errors import AmbiguousCandidate, NotebookError, UnsupportedModel
from o16n.metrics import METRICS
from o16n.notebook.locate import executed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from o16n.candidate.found import Parts
    from o16n.candidate.statements import Statement
    from o16n.notebook.notebook import Notebook, Place

FIRST = ("accuracy", "r2", "roc_auc", "f1", "rmse", "mae")


def inferred(
    namespace: dict[str, Any],
    notebook: Notebook,
    *,
    named: str | None,
    data: str | None,
    ask: Callable[[str, Sequence[str]], int] | None,
) -> Found:
    """Return what names, executed statements and stored outputs tell, held against the model itself.

    Raises:
        AmbiguousCandidate: several answers are possible and nobody can be asked.
        UnsupportedModel: o16n cannot take the model.
    """
    text = _Text.of(namespace, notebook)
    folder = notebook.path.parent if notebook.path else Path.cwd()
    spoken = text.told()

    picked = choose_model(namespace, spoken, named=named, ask=ask, measure=text.measured)
    seen = text.seen(picked.name, picked.model)
    return Found(
        name=picked.name,
        model=picked.model,
        reason=picked.reason,
        parts=find_parts(seen, data=data),
        sources=reads.raw_data(namespace, text.statements, folder),
        ranking=picked.ranking,
        proposed=picked.proposed,
        answered=picked.answered,
        odd=tuple(never_run_of({one.strip() for one in executed(namespace)}, notebook)),
        instead=picked.instead,
    )


@dataclass(frozen=True, kw_only=True)
class _Text:
    """The notebook's statements as executed, and the names they left behind.

    `lived` are all that ran, `statements` those that still stand in the notebook.
    """

    namespace: dict[str, Any]
    notebook: Notebook
    lived: tuple[Statement, ...]
    statements: tuple[Statement, ...]
    loops: frozenset[str]

    @staticmethod
    def of(namespace: dict[str, Any], notebook: Notebook) -> _Text:
        ran = as_run(notebook, executed(namespace))
        lived = told.statements(ran)
        return _Text(
            namespace=namespace,
            notebook=notebook,
            lived=lived,
            statements=tuple(one for one in lived if one.place.cell),
            loops=frozenset(told.loop_names(ran)),
        )

    def told(self) -> Told:
        every, saved = told.fits(self.statements), told.saves(self.statements)
        fitted = {owner: place for owner, _, _, place in every if owner}
        in_loop = {name: told.fitted_in_loop(self.statements, name) for name in fitted}
        living = fitted_models(self.namespace)
        return Told(
            saved=saved,
            fitted=fitted,
            in_loop={name: place for name, place in in_loop.items() if place is not None},
            evaluated={owner for owner, *_ in told.predictions(self.statements)} - self.loops,
            again=_again(self.statements, saved),
            gone=gone(self.statements, lambda name: name in living),
        )

    def seen(self, name: str, model: Any) -> Seen:
        aliases = [one for one in names_of(self.namespace, model) if one not in self.loops]
        return Seen(
            namespace=self.namespace,
            statements=self.statements,
            model=model,
            aliases=(name, *aliases),
            loops=self.loops,
            lived=self.lived,
        )

    def measured(self, left: Sequence[str]) -> list[Measured]:
        """Return the contenders that printed numbers tell of on the same rows, the best first."""
        models = fitted_models(self.namespace)
        known: dict[str, dict[str, float]] = {}
        truths: list[Any] = []
        for name in left:
            parts = self._parts(name, models[name])
            if parts is None or parts.test is None:
                continue
            try:
                model = answering(models[name])
                numbers = metrics_seen(self.notebook, model, parts.test, task_of(model))
            except (UnsupportedModel, ValueError, TypeError, AttributeError):
                continue  # it cannot answer on what it was tried on: then it has no number
            if numbers:
                known[name] = {one.name: one.value for one in numbers}
                truths.append(parts.test.y)
        if not all(_same(truths[0], one) for one in truths):
            return []
        return _ordered(known)

    def _parts(self, name: str, model: Any) -> Parts | None:
        try:
            return find_parts(self.seen(name, model), data=None)
        except (AmbiguousCandidate, NotebookError):
            return None


def _ordered(known: dict[str, dict[str, float]]) -> list[Measured]:
    metrics = dict.fromkeys((*FIRST, *METRICS))
    shared = [one for one in metrics if known and all(one in numbers for numbers in known.values())]
    if not shared:
        return []
    metric = shared[0]
    sign = -1 if METRICS[metric].higher_is_better else 1
    found = [Measured(name=n, metric=metric, value=one[metric]) for n, one in known.items()]
    return sorted(found, key=lambda one: sign * one.value)


def _same(one: Any, other: Any) -> bool:
    import numpy as np

    return one is other or bool(np.array_equal(np.asarray(one), np.asarray(other)))


def _again(all_of: tuple[Statement, ...], saved: dict[str, Place]) -> dict[str, Place]:
    """Return where a saved name was fitted once more after its last save, in another statement."""
    found: dict[str, Place] = {}
    for name, place in saved.items():
        at = index_of(all_of, place)
        later = told.fits(all_of[at + 1 :]) if at is not None else []
        found.update((owner, where) for owner, _, _, where in later if owner == name)
    return found

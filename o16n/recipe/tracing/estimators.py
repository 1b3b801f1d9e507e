"""Estimators in the trace: a predictor's fit is answered by the record, what a transformer learned is frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.aligned import keep, length
from o16n.recipe.program import Ref
from o16n.recipe.tracing.kinds import FITTING, PREDICTING, kind_of
from o16n.recipe.tracing.recorder import call_method
from o16n.recipe.tracing.silence import SILENT
from o16n.recipe.tracing.tracked import MADE_UP, Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.replies import Replies

FOLDS = 5
FOREIGN = ("keras", "tensorflow", "torch", "tf_keras")


class Estimators:
    """Runs, answers or writes down the methods of estimators."""

    def __init__(self, recorder: Recorder, replies: Replies) -> None:
        self.recorder, self.replies = recorder, replies

    def method(
        self, site: int, owner: Any, name: str, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        """Call a method of an estimator."""
        matrix = args[0] if args else options.get("X")
        if hasattr(owner, "predict") and (name in PREDICTING or name in ("fit", "fit_transform")):
            self.recorder.use(site, owner, name, matrix)
        if name in FITTING:
            return self._fitting(site, owner, name, args, options)
        if name == "score":
            with self.recorder.opaque():
                return owner.score(*args, **options)
        return self.recorder.operate(
            site, name, "method", call_method, (owner, name, *args), options
        )

    def _fitting(self, site: int, owner: Any, name: str, args: Any, options: Any) -> Any:
        place = self.recorder.texts.sites[site]
        if name == "fit" and hasattr(owner, "predict") and self._answered(owner, place):
            self.recorder.freezer.refitted(owner)
            return owner
        if type(owner).__module__.startswith(FOREIGN):
            return SILENT
        before = self.replies.take("resample", name, place) if name == "fit_resample" else None
        with self.recorder.opaque():
            result = before or getattr(owner, name)(*args, **options)
        self.recorder.freezer.refitted(owner)
        if name == "fit_resample":
            return self._resampled(site, owner, args, result, again=before is None)
        if name not in ("fit_transform", "fit_predict"):
            return result
        later = name.removeprefix("fit_")
        written = (
            "method"
            if hasattr(owner, later)
            else f"?{type(owner).__module__}.{type(owner).__name__}.{name}"
        )
        matrix = args[:1] or (options.get("X"),)
        return self.recorder.operate(
            site, later, written, lambda *_, **__: result, (owner, later, *matrix), {}
        )

    def _answered(self, owner: Any, place: Any) -> bool:
        """Give a predictor the state that the first run's fit left; say whether there was one."""
        state = self.replies.take("fit", type(owner).__name__, place)
        state = state if state is not None else self.replies.living(repr(owner))
        if state is None or type(state).__name__ != type(owner).__name__:
            return False
        owner.__dict__.update(state.__dict__)
        return True

    def _resampled(
        self, site: int, owner: Any, args: Any, result: tuple[Any, ...], *, again: bool
    ) -> Any:
        """Follow the original rows through a resampling; rows that it made up have no identity.

        `again` says that it was done once more, so that it can tell which rows it took.
        """
        import numpy as np

        entry = self.recorder.known.find(args[0]) if args else None
        count = length(result[0])
        if entry is None or count is None:
            return result
        chosen = None if not again else getattr(owner, "sample_indices_", None)
        if chosen is not None and len(chosen) == count:
            rows = entry.rows[np.asarray(chosen)]
        elif count >= len(entry.rows) and _starts_with(result[0], args[0], len(entry.rows)):
            rows = np.concatenate([entry.rows, np.full(count - len(entry.rows), MADE_UP)])
        else:
            return result
        place = self.recorder.texts.sites[site]
        self.recorder.note(
            place, "rows are resampled here: the recipe is that of the original rows"
        )
        for part, whole in zip(result, args, strict=False):
            theirs = self.recorder.known.find(whole)
            if theirs is not None and length(part) == count and kind_of(part) == kind_of(whole):
                form = Form(function="same", arguments=(Ref(theirs.register),))
                self.recorder.make(part, rows, form, place, role="pass", follows=theirs.register)
        return result

    def cross_validate(
        self, site: int, function: Any, args: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        """Note the matrix, and answer with something of the right form: evaluation prepares nothing."""
        import numpy as np

        called = function.__name__
        model = args[0] if args else options.get("estimator")
        matrix = args[1] if len(args) > 1 else options.get("X")
        target = args[2] if len(args) > 2 else options.get("y")  # noqa: PLR2004
        if model is not None:
            self.recorder.use(site, model, "cross-validate", matrix)
        if options.get("return_estimator"):  # the fitted models are asked for
            with self.recorder.opaque():
                return function(*args, **options)
        folds = options.get("cv", FOLDS)
        scores = np.zeros(
            folds if isinstance(folds, int) and not isinstance(folds, bool) else FOLDS
        )
        if called == "cross_val_score":
            return scores
        if called == "cross_validate":
            return dict.fromkeys(("fit_time", "score_time", "test_score", "train_score"), scores)
        return keep(target) if called == "cross_val_predict" else SILENT


def _starts_with(made: Any, original: Any, count: int) -> bool:
    """Tell whether a resampled table begins with the original rows."""
    import numpy as np

    if kind_of(made) == "sparse" or kind_of(original) == "sparse":
        return False
    one, two = np.asarray(made)[:count], np.asarray(original)
    if one.shape != two.shape:
        return False
    try:
        return bool(np.array_equal(one.astype(float), two.astype(float), equal_nan=True))
    except (TypeError, ValueError):
        return bool((one == two).all())

"""Why nothing among a kernel's names can be packaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from o16n.candidate.named import named_values
from o16n.errors import NotebookError, UnsupportedModel
from o16n.notebook.model_classes import NEEDED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from o16n.notebook.notebook import Place


def unsupported(
    namespace: dict[str, Any], fitted: Mapping[str, Place]
) -> UnsupportedModel | NotebookError:
    """Return why nothing can be packaged: the first foreign model, or that there is none.

    `fitted` says where the notebook last fitted what it called by a name.
    """
    for name, value in named_values(namespace):
        library = type(value).__module__.partition(".")[0]
        trained = hasattr(value, "predict") or hasattr(value, "forward")
        if library in NEEDED and trained and not isinstance(value, type):
            kind = f"{type(value).__module__}.{type(value).__name__}"
            return UnsupportedModel(
                f"{name} is a {kind}, which o16n cannot take yet",
                hint=f"it would need {NEEDED[library]}",
            )
        if (
            hasattr(value, "fit_predict")
            and not hasattr(value, "predict")
            and hasattr(value, "labels_")
        ):
            return UnsupportedModel(
                f"{name} is a {type(value).__name__}, which clusters but cannot predict new rows",
                hint="a model with predict (KMeans, or a classifier trained on its labels) would do",
            )
    for name, value in named_values(namespace):
        if name in fitted and hasattr(type(value), "fit") and hasattr(type(value), "predict"):
            return NotebookError(
                f"{name} was fitted and bound anew since: what is left of it is not fitted",
                where=str(fitted[name]),
                hint="keep the fitted one under a name of its own",
            )
    for name, value in named_values(namespace):
        if name in fitted and hasattr(type(value), "transform"):
            return NotebookError(
                f"the notebook fits no model: {name} ({type(value).__name__}) only prepares",
                where=str(fitted[name]),
                hint="fit an estimator with predict, bound to a name",
            )
    return NotebookError(
        "no fitted model is left among the notebook's names",
        hint="bind the fitted estimator to a name: model = ….fit(X, y)",
    )

"""Why nothing among a kernel's names can be packaged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.candidate.named import named_values
from o16n.errors import NotebookError, UnsupportedModel
from o16n.notebook.model_classes import NEEDED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from o16n.notebook.notebook import Place


def foreign(name: str, value: Any) -> UnsupportedModel | None:
    """Return why a bundle cannot hold `value`, None where it is no model of a foreign library."""
    library = type(value).__module__.partition(".")[0]
    trained = hasattr(value, "predict") or hasattr(value, "forward")
    if library not in NEEDED or not trained or isinstance(value, type):
        return None
    return UnsupportedModel(
        f"{name} is a {type(value).__module__}.{type(value).__name__}, which o16n cannot take yet",
        hint=f"it would need {NEEDED[library]}",
    )


def refuse_foreign(name: str, model: Any) -> None:
    """Refuse a model that can be chosen, and that a bundle cannot hold.

    Raises:
        UnsupportedModel: it is of a foreign library.
    """
    if (error := foreign(name, model)) is not None:
        raise error


def unsupported(
    namespace: dict[str, Any], fitted: Mapping[str, Place]
) -> UnsupportedModel | NotebookError:
    """Return why nothing can be packaged: the first foreign model, or that there is none.

    `fitted` says where the notebook last fitted what it called by a name.
    """
    for name, value in named_values(namespace):
        if (error := foreign(name, value)) is not None:
            return error
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

"""Boosters that xgboost and lightgbm trained natively, asked as any other model is asked."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from o16n.errors import UnsupportedModel
from o16n.watching.kinds import kind_of, library_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NUMBERED = re.compile(r"Column_\d+")  # what lightgbm calls columns that came without names
HALF = 0.5
CLASSES = {"binary:logistic", "multi:softprob", "binary", "multiclass"}
NUMBERS = ("reg:", "count:poisson", "regression", "poisson", "quantile", "mape", "huber", "fair")


def is_native(model: Any) -> bool:
    """Tell whether `model` is a Booster of xgboost or lightgbm."""
    return kind_of(model) == "booster"


def answering(model: Any) -> Any:
    """Return what answers rows for `model`: itself, or a Booster with `predict` as scikit-learn has it.

    Raises:
        UnsupportedModel: the Booster was trained for what is neither classes nor numbers.
    """
    return Native(model) if is_native(model) else model


def columns_of(model: Any) -> tuple[list[str] | None, int]:
    """Return (names of the columns, None where it was trained without; how many) of a Booster."""
    if library_of(model) == "xgboost":
        return model.feature_names, int(model.num_features())
    names = list(model.feature_name())
    named = not all(map(NUMBERED.fullmatch, names))
    return (names if named else None), int(model.num_feature())


class Native:
    """A Booster as a classifier or regressor; `classes_` are the codes it was trained on."""

    def __init__(self, model: Any) -> None:
        self.booster = model
        self.objective = _objective(model)
        if self.objective in CLASSES:
            shares = 2 if self.objective.startswith("binary") else _classes(model)
            self.classes_ = tuple(range(shares))
        elif not self.objective.startswith(NUMBERS):
            raise UnsupportedModel(
                f"the Booster is trained for {self.objective}, which o16n cannot take yet",
                hint="an objective for classes (binary:logistic, multi:softprob) or numbers would do",
            )

    def predict(self, rows: Any) -> NDArray[Any]:
        """Return the likeliest code, or the number, of each row (n,)."""
        import numpy as np

        if hasattr(self, "classes_"):
            return np.asarray(np.argmax(self.predict_proba(rows), axis=1))
        return np.asarray(self._answer(rows), dtype="float64")

    def predict_proba(self, rows: Any) -> NDArray[np.float64]:
        """Return the share of each class (n, classes)."""
        import numpy as np

        found = self._answer(rows).astype("float64")
        return np.column_stack([1 - found, found]) if found.ndim == 1 else found

    def _answer(self, rows: Any) -> Any:
        import numpy as np

        if library_of(self.booster) == "xgboost":
            typed = "c" in (self.booster.feature_types or ())
            rows = sys.modules["xgboost"].DMatrix(rows, enable_categorical=typed)
        return np.asarray(self.booster.predict(rows))


def _objective(model: Any) -> str:
    if library_of(model) == "xgboost":
        return str(_learner(model)["objective"]["name"])
    return str(model.dump_model(num_iteration=1).get("objective", "custom")).partition(" ")[0]


def _classes(model: Any) -> int:
    if library_of(model) == "xgboost":
        return int(_learner(model)["learner_model_param"]["num_class"])
    return int(model.num_model_per_iteration())


def _learner(model: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(model.save_config())["learner"]
    return found

"""The whole scorer as it is served: a row's way through the recipe and the model to the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from o16n.explain.question import PassedOverError

if TYPE_CHECKING:
    import numpy as np

    from o16n.recipe.recipe import Recipe

    Array = np.ndarray[Any, Any]

Asked = Literal["predict", "predict_proba", "decision_function"]


@dataclass(frozen=True, kw_only=True)
class Served:
    """`model` behind `recipe`, None where rows are given as the model takes them."""

    model: Any
    recipe: Recipe | None

    def transform(self, rows: Any) -> Any:
        """Return the model's own inputs of rows (n, d), all of them and in their order.

        Raises:
            PassedOverError: the recipe lets a row out, so that there is no answer to it.
        """
        from o16n.recipe.replay import apply

        if self.recipe is None:
            return rows
        played = apply(self.recipe, rows)
        if len(played.rows) < len(rows):
            why = next((str(one) for one in played.verdicts.values()), "it lets rows out")
            raise PassedOverError(f"the recipe has no answer to a row made of two: {why}")
        return played.value

    def offers(self, asked: Asked) -> bool:
        """Tell whether the model answers in this way."""
        return hasattr(self.model, asked)

    def ask(self, asked: Asked, rows: Any) -> Array:
        """Return what the model answers to rows (n, d), as it answers."""
        import numpy as np

        return np.asarray(getattr(self.model, asked)(self.transform(rows)))

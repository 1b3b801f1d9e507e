"""An explanation without the values of columns that were declared sensitive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from o16n.explain.explanation import Case, Contribution, Explanation

MASKED = "masked"


def masked(explanation: Explanation, sensitive: tuple[str, ...], target: str | None) -> Explanation:
    """Return `explanation` in whose cases no value of a sensitive column can be read.

    A column is sensitive by its own name, or as an encoded column of one that is (`sex_female`).
    What a column added to the answer stays: it is the model's doing, not a person's value. Bins of
    a sensitive number are left out, since their ends are values; levels with their n stay.
    """

    def shown(one: Contribution) -> Contribution:
        hidden = one.value and is_sensitive(one.column, sensitive)
        return replace(one, value=MASKED) if hidden else one

    def told(case: Case) -> Case:
        hidden = case.actual and target is not None and is_sensitive(target, sensitive)
        return replace(
            case,
            contributions=tuple(map(shown, case.contributions)),
            actual=MASKED if hidden else case.actual,
        )

    return replace(explanation, cases=tuple(map(told, explanation.cases)))


def is_sensitive(column: str, sensitive: tuple[str, ...]) -> bool:
    """Tell whether `column` is one of `sensitive`, or an encoded column of one of them."""
    return any(column == one or column.startswith(f"{one}_") for one in sensitive)

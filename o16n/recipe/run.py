"""One pass of rows over a recipe's operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.errors import O16nError
from o16n.recipe import kept, steps
from o16n.recipe.aligned import keep, length, take
from o16n.recipe.conform import conform, empty_of
from o16n.recipe.refusal import RowsOut, Unseen, Verdict, called_name, one_line, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import pandas as pd

    from o16n.errors import RecipeRefused
    from o16n.recipe.program import Operation
    from o16n.recipe.recipe import Recipe
    from o16n.recipe.steps import Step

    Array = np.ndarray[Any, Any]
    Observe = Callable[[Operation, Any, Array], None]

UNSEEN_AWARE = ("rules.get_dummies", "rules.factorize")


class Out(Exception):
    """Rows, by position among those given, that an operation takes no part of."""

    def __init__(self, verdicts: dict[int, Verdict]) -> None:
        self.verdicts = verdicts


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a run is given beside rows: live steps, filters that let all rows through, policies."""

    steps: tuple[Step, ...]
    loose: frozenset[int]
    unseen: Mapping[Any, Unseen]
    observe: Observe | None

    def policy(self, column: Any) -> Unseen:
        """Return what becomes of a level of `column` that training never had."""
        return self.unseen.get(column, "refuse")


@dataclass
class Run:
    """One pass over the operations: the value of each register and the positions of its rows."""

    setting: Setting
    frame: pd.DataFrame
    places: Array
    values: dict[int, Any] = field(default_factory=dict)
    rows: dict[int, Array] = field(default_factory=dict)
    gone: list[tuple[Array, Verdict]] = field(default_factory=list)

    def verdicts(self, reached: Array) -> dict[int, Verdict]:
        """Return why each row that has not reached the model input was taken out."""
        import numpy as np

        there = np.zeros(int(self.places.max(initial=0)) + 1, dtype=bool)
        there[reached] = True
        found: dict[int, Verdict] = {}
        for rows, why in reversed(self.gone):
            found.update(dict.fromkeys(rows[~there[rows]].tolist(), why))
        return found

    def result(self, recipe: Recipe) -> tuple[Any, Array]:
        """Run all operations; return the model input and the positions of its rows."""
        for step in self.setting.steps:
            self.run(step)
            if step.ends and not len(self.rows[step.operation.register]):
                return None, self.rows[step.operation.register]
        return self.values[recipe.target or 0], self.rows[recipe.target or 0]

    def run(self, step: Step) -> None:
        """Run an operation and let go what no later one needs."""
        operation, register = step.operation, step.operation.register
        if operation.role == "source":
            self.values[register], self.rows[register] = self.frame, self.places
        else:
            self.through(step)
        if self.setting.observe is not None:
            self.setting.observe(operation, self.values[register], self.rows[register])
        for one in step.done:
            self.values.pop(one, None)

    def through(self, step: Step) -> None:
        """Run an operation on what its registers hold; the rows that it takes out have a verdict.

        Raises:
            Out: some rows cannot be prepared, the others can.
            RecipeRefused: it cannot take the rows.
        """
        operation, register = step.operation, step.operation.register
        if self.lets_through(operation):
            self._pass(operation)
            return
        try:
            result, rows = self._conformed(step)
        except RowsOut as out:
            raise self._out(operation, out) from out
        except O16nError:
            raise
        except Exception as error:
            if len(self.followed(operation)) or step.form is None:
                raise self._refused(operation, error) from error
            result, rows = empty_of(step.form), self.followed(operation)
        if operation.role == "concat":
            result, rows = self._once(operation, result, rows)
        self.values[register], self.rows[register] = result, rows

    def lets_through(self, operation: Operation) -> bool:
        """Tell whether all rows go through an operation that is not called at scoring."""
        if operation.role == "filter":
            return operation.number in self.setting.loose
        return steps.lets_through(operation)

    def _conformed(self, step: Step) -> tuple[Any, Array]:
        result, rows = self._result(step)
        if step.operation.role != "lazy":
            self._refuse_other_length(step.operation, result, rows)
        if step.form is not None and step.conforms:
            result = conform(result, step.form, self.setting.policy)
        return result, rows

    def _pass(self, operation: Operation) -> None:
        """Let all rows through: a copy, since a later change must not reach the other branch."""
        register = operation.register
        followed = operation.follows if operation.follows is not None else operation.uses[0]
        if operation.changes is None:
            whole = self.values[followed]
            self.values[register] = keep(getattr(whole, "obj", whole) if _is_lazy(whole) else whole)
        self.rows[register] = self.rows[followed]

    def _result(self, step: Step) -> tuple[Any, Array]:
        operation = step.operation
        arguments, options = step.arguments(self.values), step.options(self.values)
        if operation.role == "pass" and operation.function in kept.SUBSCRIPTS:
            return kept.passing(operation.function, arguments), self.followed(operation)
        before = keep(arguments[0]) if operation.role == "filter" and operation.changes else None
        if operation.function.startswith(steps.RULES) and operation.function in UNSEEN_AWARE:
            options["policy"] = self.setting.policy
        result = step.run(*arguments, **options)
        if operation.changes is not None:
            result = self.values[operation.changes]
        if operation.role == "concat":
            return result, self._stacked_rows(operation)
        rows = self.followed(operation)
        if operation.role == "filter":
            given = [before, *arguments[1:]] if before is not None else arguments
            rows = self._filtered(operation, given, options, result)
        return result, rows

    def followed(self, operation: Operation) -> Array:
        """Return the rows of the register that an operation follows, its first argument's by default."""
        if operation.follows is not None:
            return self.rows[operation.follows]
        if operation.changes is not None:
            return self.rows[operation.changes]
        return self.rows[operation.uses[0]] if operation.uses else self.places

    def _filtered(
        self, operation: Operation, arguments: list[Any], options: dict[str, Any], result: Any
    ) -> Array:
        """Return the rows that a filter kept; the others have a verdict from now on."""
        import numpy as np

        before = self.followed(operation)
        if operation.function == "rules.group_part":
            found: Array | None = kept.group_places(arguments[0], arguments[1])
        else:
            found = kept.kept_places(operation.function, arguments, options, result)
        if found is None:
            raise ValueError("the rows it kept cannot be told")
        gone = np.delete(before, found)
        why = Verdict(
            reason=f"this line takes the row out: {one_line(operation.site.text) or operation.function}",
            function=operation.function,
            site=operation.site,
            filtered=True,
        )
        if len(gone):
            self.gone.append((gone, why))
        return before[found]

    def _stacked_rows(self, operation: Operation) -> Array:
        import numpy as np

        from o16n.recipe.program import refs_in

        stacked = [self.rows[one.register] for one in refs_in(operation.arguments)]
        return np.concatenate(stacked) if stacked else self.places

    def _once(self, operation: Operation, result: Any, rows: Array) -> tuple[Any, Array]:
        """Keep each row once after stacking parts that it passed through; its copies must agree."""
        import numpy as np

        from o16n.recipe.compare import differs

        if not len(rows) or np.bincount(rows).max() == 1:
            return result, rows
        _, first = np.unique(rows, return_index=True)
        first = np.sort(first)
        why = differs(result, rows, take(result, first), rows[first])
        if why is not None:
            raise refused(
                operation,
                called_name(operation),
                f"the stacked parts prepare one row differently: {why}",
            )
        return take(result, first), rows[first]

    def _refuse_other_length(self, operation: Operation, result: Any, rows: Array) -> None:
        count = length(result)
        if count is not None and count != len(rows):
            raise refused(operation, called_name(operation), f"{count} rows came from {len(rows)}")

    def _out(self, operation: Operation, out: RowsOut) -> Out:
        """Return the rows that an operation refuses, by their position among those given."""
        rows = self.followed(operation)
        return Out(
            {
                int(rows[at]): Verdict(reason=why, function=operation.function, site=operation.site)
                for at, why in out.reasons.items()
            }
        )

    def _refused(self, operation: Operation, error: Exception) -> RecipeRefused:
        return refused(operation, called_name(operation), f"{type(error).__name__}: {error}")


def _is_lazy(value: Any) -> bool:
    from o16n.recipe.allowed import kind_of

    return kind_of(value) == "grouping"

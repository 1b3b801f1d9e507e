"""Take raw rows the recipe's way to model inputs; operations are data, allowed by exact name."""

from __future__ import annotations

import warnings
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.errors import BundleError, O16nError, RecipeRefused
from o16n.recipe import kept, steps
from o16n.recipe.aligned import is_sparse, keep, length, take
from o16n.recipe.conform import conform, empty_of
from o16n.recipe.raw_rows import enforce
from o16n.recipe.refusal import (
    POLICIES,
    RowsOut,
    Unseen,
    Verdict,
    called_name,
    one_line,
    refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import numpy as np
    import pandas as pd

    from o16n.recipe.program import Operation
    from o16n.recipe.recipe import Recipe
    from o16n.recipe.steps import Step

    Array = np.ndarray[Any, Any]
    Observe = Callable[[Operation, Any, Array], None]

WHERE = "recipe.json"


@dataclass(frozen=True, kw_only=True)
class Played:
    """What a replay gave: `value`, the model inputs of the rows at `rows` (m,) among the n given.

    `value` is None where no row reached the model. `verdicts` says of every other row why.
    """

    value: Any
    rows: Array
    verdicts: Mapping[int, Verdict]


def play(
    recipe: Recipe,
    frame: pd.DataFrame,
    *,
    observe: Observe | None = None,
    loose: Collection[int] | None = None,
    unseen: Mapping[Any, Unseen] | None = None,
) -> Played:
    """Replay a recipe on raw rows (n, columns).

    Args:
        recipe: its operations run in order; its state does not matter here.
        frame: the required columns at least; its index is not used.
        observe: called after each operation with it, its result and the positions of its rows.
        loose: numbers of filters that let every row through, the recipe's own where None.
        unseen: what becomes of a level that training never had, by column: `refuse` (where not
            told), `missing`, `as trained`.

    Raises:
        RecipeRefused: an operation cannot take the rows; one row alone would tell which.
        RowsRefused: a column is missing.
        BundleError: the recipe is not one that can be replayed.
    """
    import numpy as np

    given = enforce(recipe, frame)
    verdicts, rows = dict(given.verdicts), given.frame
    places = given.places
    setting = _Setting(
        steps=_live(recipe),
        loose=frozenset(recipe.loose if loose is None else loose),
        unseen=_policies(unseen),
        observe=observe,
    )
    while len(places):
        run = _Run(setting, rows, places)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the notebook's own, which its author has seen
                value, at = run.result(recipe)
        except _Out as out:
            verdicts.update(out.verdicts)
            left = np.array([one not in out.verdicts for one in places.tolist()], dtype=bool)
            places = places[left]
            rows = enforce(recipe, frame.iloc[places]).frame
            continue
        verdicts.update(run.verdicts(at))
        return Played(value=value if len(at) else None, rows=at, verdicts=verdicts)
    return Played(value=None, rows=places, verdicts=verdicts)


def apply(
    recipe: Recipe, frame: pd.DataFrame, *, unseen: Mapping[Any, Unseen] | None = None
) -> Played:
    """Return the model inputs for raw rows, in their order, and why a row has none.

    A row that an operation cannot take stops no other: the batch is halved until it stands alone.

    Raises:
        BundleError: the recipe is not proven.
        RowsRefused: a column is missing.
    """
    if recipe.state != "proven":
        raise BundleError(f"there is no recipe: {recipe.reason}", where=WHERE)
    try:
        return _in_order(play(recipe, frame, unseen=unseen))
    except RecipeRefused as error:
        if len(frame) == 1:
            return _nothing({0: Verdict(reason=str(error))})
    return _halved(recipe, frame, unseen)


def _halved(recipe: Recipe, frame: pd.DataFrame, unseen: Mapping[Any, Unseen] | None) -> Played:
    import numpy as np

    half = len(frame) // 2
    parts = [apply(recipe, frame.iloc[:half], unseen=unseen)]
    parts.append(apply(recipe, frame.iloc[half:], unseen=unseen))
    verdicts = {**parts[0].verdicts, **{at + half: why for at, why in parts[1].verdicts.items()}}
    values = [one.value for one in parts if one.value is not None]
    if not values:
        return _nothing(verdicts)
    rows = np.concatenate([parts[0].rows, parts[1].rows + half])
    return Played(value=stacked(values), rows=rows, verdicts=verdicts)


def _nothing(verdicts: dict[int, Verdict]) -> Played:
    import numpy as np

    return Played(value=None, rows=np.arange(0), verdicts=verdicts)


def stacked(values: list[Any]) -> Any:
    """Return model inputs of several parts as those of one, in their order."""
    import numpy as np
    import pandas as pd

    if len(values) == 1:
        return values[0]
    if isinstance(values[0], pd.DataFrame | pd.Series):
        return pd.concat(values)
    if is_sparse(values[0]):
        from scipy import sparse

        return sparse.vstack(values).tocsr()
    return np.concatenate(values)


def _in_order(played: Played) -> Played:
    import numpy as np

    if played.value is None or (np.diff(played.rows) > 0).all():
        return played
    order = np.argsort(played.rows, kind="stable")
    return Played(
        value=take(played.value, order), rows=played.rows[order], verdicts=played.verdicts
    )


def _policies(unseen: Mapping[Any, Unseen] | None) -> Mapping[Any, Unseen]:
    for column, one in (unseen or {}).items():
        if one not in POLICIES:
            raise BundleError(f"{one!r} is no policy for unseen levels of {column!r}", where=WHERE)
    return unseen or {}


_READY: dict[int, tuple[weakref.ref[Recipe], tuple[Step, ...]]] = {}


def _live(recipe: Recipe) -> tuple[Step, ...]:
    """Return the live steps of a recipe, made once for as long as it lives."""
    held = _READY.get(id(recipe))
    if held is not None and held[0]() is recipe:
        return held[1]
    try:
        made = steps.steps_of(recipe)
    except (TypeError, ValueError, LookupError, AttributeError, ImportError) as error:
        raise BundleError(f"cannot be made live: {one_line(error)}", where=WHERE) from error
    key = id(recipe)
    _READY[key] = (weakref.ref(recipe, lambda _: _READY.pop(key, None)), made)
    return made


class _Out(Exception):
    """Rows, by position among those given, that an operation takes no part of."""

    def __init__(self, verdicts: dict[int, Verdict]) -> None:
        self.verdicts = verdicts


@dataclass(frozen=True, kw_only=True)
class _Setting:
    steps: tuple[Step, ...]
    loose: frozenset[int]
    unseen: Mapping[Any, Unseen]
    observe: Observe | None

    def policy(self, column: Any) -> Unseen:
        """Return what becomes of a level of `column` that training never had."""
        return self.unseen.get(column, "refuse")


@dataclass
class _Run:
    """One pass over the operations: the value of each register and the positions of its rows."""

    setting: _Setting
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
            self._run(step)
            if step.ends and not len(self.rows[step.operation.register]):
                return None, self.rows[step.operation.register]
        return self.values[recipe.target or 0], self.rows[recipe.target or 0]

    def _run(self, step: Step) -> None:
        operation, register = step.operation, step.operation.register
        if operation.role == "source":
            self.values[register], self.rows[register] = self.frame, self.places
        else:
            self._through(step)
        if self.setting.observe is not None:
            self.setting.observe(operation, self.values[register], self.rows[register])
        for one in step.done:
            self.values.pop(one, None)

    def _through(self, step: Step) -> None:
        operation, register = step.operation, step.operation.register
        if self._lets_through(operation):
            self._pass(operation)
            return
        try:
            result, rows = self._conformed(step)
        except RowsOut as out:
            raise self._out(operation, out) from out
        except O16nError:
            raise
        except Exception as error:
            if len(self._followed(operation)) or step.form is None:
                raise self._refused(operation, error) from error
            result, rows = empty_of(step.form), self._followed(operation)
        if operation.role == "concat":
            result, rows = self._once(operation, result, rows)
        self.values[register], self.rows[register] = result, rows

    def _lets_through(self, operation: Operation) -> bool:
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
            return kept.passing(operation.function, arguments), self._followed(operation)
        before = keep(arguments[0]) if operation.role == "filter" and operation.changes else None
        if operation.function.startswith(steps.RULES) and operation.function in UNSEEN_AWARE:
            options["policy"] = self.setting.policy
        result = step.run(*arguments, **options)
        if operation.changes is not None:
            result = self.values[operation.changes]
        if operation.role == "concat":
            return result, self._stacked_rows(operation)
        rows = self._followed(operation)
        if operation.role == "filter":
            given = [before, *arguments[1:]] if before is not None else arguments
            rows = self._filtered(operation, given, options, result)
        return result, rows

    def _followed(self, operation: Operation) -> Array:
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

        before = self._followed(operation)
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

    def _out(self, operation: Operation, out: RowsOut) -> _Out:
        """Return the rows that an operation refuses, by their position among those given."""
        rows = self._followed(operation)
        return _Out(
            {
                int(rows[at]): Verdict(reason=why, function=operation.function, site=operation.site)
                for at, why in out.reasons.items()
            }
        )

    def _refused(self, operation: Operation, error: Exception) -> RecipeRefused:
        return refused(operation, called_name(operation), f"{type(error).__name__}: {error}")


UNSEEN_AWARE = ("rules.get_dummies", "rules.factorize")


def _is_lazy(value: Any) -> bool:
    from o16n.recipe.allowed import kind_of

    return kind_of(value) == "grouping"

"""One pass of few rows: on columns of their own wherever an operation has a form there.

Pandas costs a tenth of a millisecond for each operation, whatever it does. What has no form on
columns, or has one that does not hold for the cells at hand, goes pandas' way as in any other run:
the proof compares rows alone, which run here, with all rows, which do not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.recipe.columns.forms import conformed
from o16n.recipe.columns.lowering import is_light
from o16n.recipe.columns.texts import live
from o16n.recipe.program import Code
from o16n.recipe.run import UNSEEN_AWARE, Run

if TYPE_CHECKING:
    from o16n.recipe.program import Operation
    from o16n.recipe.steps import Step

HOLDING = ("nth", "call", "rules.map")  # whose result may hold what it was given


@dataclass
class FewRows(Run):
    """A run whose registers hold columns or what pandas made.

    A register is `held` from then on when something else may hold its frame: what is done to it in
    place must then be done to that very frame. `shown` is a register's value as pandas has it, made
    once for as long as the register keeps that value. `asked` are the numbers of the operations that
    pandas did.
    """

    held: set[int] = field(default_factory=set)
    shown: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def run(self, step: Step) -> None:
        """Run an operation, on columns where it has a form there."""
        operation, register = step.operation, step.operation.register
        if operation.role == "source":
            self.values[register], self.rows[register] = self.frame, self.places
        elif not self._on_columns(step):
            self._by_pandas(step)
        for one in step.done:
            self.values.pop(one, None)
            self.shown.pop(one, None)

    def _on_columns(self, step: Step) -> bool:
        operation, register = step.operation, step.operation.register
        if step.on_columns is None or (operation.role == "filter" and self.lets_through(operation)):
            return False
        if operation.changes is not None and register in self.held:
            return False
        try:
            options = step.options(self.values)
            if operation.function in UNSEEN_AWARE:
                options["policy"] = self.setting.policy
            made = step.on_columns(*step.arguments(self.values), **options)
            if step.form is not None and step.conforms:
                made = conformed(made, step.form)
        except Exception:  # noqa: BLE001 - whatever it is, pandas does it or says what is wrong
            return False
        self.values[register], self.rows[register] = made, self.followed(operation)
        return True

    def _by_pandas(self, step: Step) -> None:
        """Run an operation as any other run does, its columns shown as frames for the while."""
        operation = step.operation
        if self.lets_through(operation):
            self.through(step)
            return
        self.asked.append(operation.number)
        given = self._given(operation)
        try:
            self.through(step)
        finally:
            made = self.values.get(operation.register)
            for one, value in given.items():
                if self.values[one] is made and one != operation.register:
                    self.held |= {one, operation.register}
                elif one != operation.changes:
                    self.values[one] = value

    def _given(self, operation: Operation) -> dict[int, Any]:
        """Show the columns that an operation takes as frames; return those to be put back."""
        used = [one for one in (*operation.uses, operation.changes) if one is not None]
        holding = operation.role == "lazy" or operation.function in HOLDING or _has_code(operation)
        if holding:
            self.held |= {*used, operation.register}
        given = {one: self.values[one] for one in used if is_light(self.values[one])}
        for one, value in given.items():
            self.values[one] = self._shown(one, value)
        return {} if holding else given

    def _shown(self, register: int, value: Any) -> Any:
        known = self.shown.get(register)
        if known is None or known[0] is not value:
            known = self.shown[register] = (value, live(value))
        return known[1]


def _has_code(operation: Operation) -> bool:
    values = (*operation.arguments, *operation.options.values())
    return any(isinstance(one, Code) for one in values)

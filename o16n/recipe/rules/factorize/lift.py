"""Freeze the distinct values that `factorize` met, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from o16n.recipe.tracing.tracked import Form

if TYPE_CHECKING:
    from o16n.recipe.tracing.tracked import Call

CALLED = ("factorize",)


def lift(call: Call, form: Form, result: tuple[Any, Any]) -> Form:  # noqa: ARG001 - the form of all rules
    """Return `rules.factorize` with the distinct values."""
    return Form(function="rules.factorize", arguments=(form.arguments[0], list(result[1])))

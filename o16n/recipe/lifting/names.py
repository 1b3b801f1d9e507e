"""What the columns of a model's input are called, also where they became a matrix on the way."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from o16n.recipe.program import Ref
from o16n.recipe.tracing.kinds import kind_of

if TYPE_CHECKING:
    from o16n.recipe.program import Operation
    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.tracked import ModelUse

FARTHEST = 20


def input_names(recorder: Recorder, use: ModelUse) -> list[str] | None:
    """Return the names of a model's input columns, None where they cannot be told.

    A matrix has those of the frame it was made of, where a transformer tells its own
    (`get_feature_names_out`) or the number of columns stayed.
    """
    if kind_of(use.snapshot) == "frame":
        return [str(name) for name in use.snapshot.columns]
    return _names(recorder, use.register, use.time, FARTHEST)


def _names(recorder: Recorder, register: int, before: int, steps: int) -> list[str] | None:
    operation = next(
        (one for one in reversed(recorder.program[:before]) if one.register == register), None
    )
    if operation is None or not steps:
        return None
    made: Any = recorder.snapshots.get(operation.number, (None,))[0]
    if kind_of(made) == "frame":
        return [str(name) for name in made.columns]
    width = made.shape[1] if getattr(made, "ndim", 0) == 2 else None  # noqa: PLR2004 - a matrix
    origin = _origin(operation)
    if width is None or origin is None:
        return None
    told = _names(recorder, origin, operation.number, steps - 1)
    owner = operation.arguments[0] if operation.arguments else None
    if hasattr(type(owner), "get_feature_names_out"):
        told = _by(owner, told)
    return told if told is not None and len(told) == width else None


def _origin(operation: Operation) -> int | None:
    """Return the register that a matrix was made of: the first that its arguments refer to."""
    refs = [one.register for one in operation.arguments if isinstance(one, Ref)]
    return refs[0] if refs else operation.follows


def _by(transformer: Any, names: list[str] | None) -> list[str] | None:
    for given in ((names,), ()):
        with contextlib.suppress(Exception):  # it wants other names, or has none to tell
            return [str(one) for one in transformer.get_feature_names_out(*given)]
    return names

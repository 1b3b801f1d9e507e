"""Find the rule for a construct that learns from the batch."""

from __future__ import annotations

import functools
import importlib.util
from typing import TYPE_CHECKING, Any

from o16n import plugins

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from o16n.recipe.tracing.recorder import Recorder
    from o16n.recipe.tracing.tracked import Call, Form

RULES = "o16n.recipe.rules"


def rule_for(call: Call, form: Form, result: Any, recorder: Recorder) -> Form | None:
    """Return what to write down instead of `form`, None where the call replays as it is."""
    rule = _by_called().get(call.called)
    if rule is None:
        return None
    try:
        with recorder.opaque():
            lifted: Form | None = rule.lift(call, form, result)
    except Exception as error:  # noqa: BLE001 - foreign data; the proof then judges the call as it is
        recorder.note(
            call.site, f"the rule for {call.called} failed: {type(error).__name__}: {error}"
        )
        return None
    return lifted


@functools.cache
def replay_of(name: str) -> Callable[..., Any]:
    """Return what a rule replays: the trace computes with it too, so that both are one."""
    folder = plugins.load(RULES, name).__name__
    found: Callable[..., Any] = importlib.import_module(f"{folder}.replay").replay
    return found


@functools.cache
def _by_called() -> dict[str, ModuleType]:
    """Return the lifting module of each rule by the plain names of the calls it takes."""
    found = {}
    for name in plugins.names(RULES):
        folder = plugins.load(RULES, name).__name__
        if importlib.util.find_spec(f"{folder}.lift") is None:
            continue  # written down by the tracer itself, where it meets the construct
        module = importlib.import_module(f"{folder}.lift")
        found.update(dict.fromkeys(module.CALLED, module))
    return found

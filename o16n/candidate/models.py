"""The fitted models among a kernel's names, and the rules that choose one."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from o16n.candidate.candidate import Reason
from o16n.candidate.named import named_values
from o16n.candidate.native import is_native
from o16n.candidate.unsupported import unsupported
from o16n.errors import AmbiguousCandidate, NotebookError, UnknownName, UnsupportedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from o16n.notebook.notebook import Place

BEST = ("best", "final")
SAVES, SEARCHED, NAMED = (
    "the notebook saves it",
    "it is the best of a search",
    "it is named best or final",
)
TELLING = (SAVES, SEARCHED, NAMED)  # reasons that hold whatever else was tried
FIRST_CELL = "%load_ext o16n in the first cell and run all"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the notebook's statements say of names: where each was saved and last fitted, which predict.

    `in_loop` are the names that a loop binds and fits anew in each round; `again` those fitted once
    more after their last save; `gone` models that were tried and live no more.
    """

    saved: Mapping[str, Place] = field(default_factory=dict)
    fitted: Mapping[str, Place] = field(default_factory=dict)
    in_loop: Mapping[str, Place] = field(default_factory=dict)
    evaluated: AbstractSet[str] = frozenset()
    again: Mapping[str, Place] = field(default_factory=dict)
    gone: Sequence[tuple[str, Place]] = ()


@dataclass(frozen=True, kw_only=True)
class Picked:
    """The chosen model with its reason; `instead` are the names of the other contenders.

    `answered` where a person decided what the rules did not.
    """

    name: str
    model: Any
    reason: Reason
    proposed: bool = False
    answered: bool = False
    ranking: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A contender with the number that an output of the notebook shows of it on held-out rows."""

    name: str
    metric: str
    value: float


def fitted_models(namespace: dict[str, Any]) -> dict[str, Any]:
    """Return the fitted models by name, each once; a value of a dict is `models['rf']`."""
    found: dict[str, Any] = {}
    inside: set[int] = set()
    for name, value in named_values(namespace):
        if _is_fitted_model(value) and not any(value is other for other in found.values()):
            found[name] = value
            inside |= {id(part) for part in _parts(value)}
    return {name: value for name, value in found.items() if id(value) not in inside}


def names_of(namespace: dict[str, Any], model: Any) -> list[str]:
    """Return every name that is bound to `model`, or to the search it came from."""
    return [
        name
        for name, value in named_values(namespace)
        if value is model or getattr(value, "best_estimator_", None) is model
    ]


def choose_model(
    namespace: dict[str, Any],
    told: Told,
    *,
    named: str | None,
    ask: Callable[[str, Sequence[str]], int] | None,
    measure: Callable[[Sequence[str]], Sequence[Measured]] = lambda _: (),
) -> Picked:
    """Return the model by rules applied in turn until one is left.

    Rules: --model; the only one; saved by the author; a search's best; named best or final;
    evaluated. Each keeps the models it speaks of, if there is any. Of several that are left the best
    by the notebook's own numbers (`measure`, the best first) is proposed; else the person is asked,
    or o16n refuses.

    Raises:
        AmbiguousCandidate: no rule leaves exactly one, or what is left is only the last of several
            that were tried, and nobody can be asked.
        UnknownName: `named` is not a fitted model.
        UnsupportedModel: there is only a model that o16n cannot take.
    """
    models = fitted_models(namespace)
    if named is not None:
        picked = _by_name(namespace, models, named)
        return replace(picked, answered=_is_open(namespace, told))
    if not models:
        raise unsupported(namespace, told.fitted)
    aliases = {name: set(names_of(namespace, model)) | {name} for name, model in models.items()}
    left, rules = list(models), _rules(models, aliases, told)
    for names, statement, place in rules:
        left = [name for name in left if name in names] or left
        if len(left) == 1:
            telling = any(said in TELLING and left[0] in those for those, said, _ in rules)
            name, model = _as_bound(namespace, left[0], models[left[0]], told.saved)
            _refuse_last_of_loop(name, aliases[left[0]], told)
            _refuse_superseded(left[0], aliases[left[0]], told, telling=telling)
            reason = Reason(statement=f"the model is {name}, because {statement}", place=place)
            return Picked(name=name, model=model, reason=reason)
    return _of_several(models, left, told, ask=ask, measured=measure(left))


def _is_open(namespace: dict[str, Any], told: Told) -> bool:
    """Tell whether the rules alone leave several models."""
    try:
        choose_model(namespace, told, named=None, ask=None)
    except AmbiguousCandidate:
        return True
    except (NotebookError, UnsupportedModel):
        return False
    return False


def _of_several(
    models: dict[str, Any],
    left: list[str],
    told: Told,
    *,
    ask: Callable[[str, Sequence[str]], int] | None,
    measured: Sequence[Measured],
) -> Picked:
    """Return the one the person says, else the best by the stored numbers as a proposal."""
    numbers = {one.name: f", {one.metric} {one.value:.4g}" for one in measured}
    order = [*numbers, *(name for name in left if name not in numbers)]
    contenders = tuple(f"{name} ({_kind(models[name])}){numbers.get(name, '')}" for name in order)
    if ask is not None:
        name = order[ask("Which model is this notebook about?", contenders)]
        reason = Reason(statement=f"the model is {name}, because you said so")
        return Picked(
            name=name, model=models[name], reason=reason, ranking=contenders, answered=True
        )
    equal = len(measured) > 1 and measured[0].value == measured[1].value
    if not measured or equal or told.gone:
        lost = _those(told.gone) if told.gone else ""
        raise AmbiguousCandidate(
            f"{len(left)} fitted models could be meant: {', '.join(contenders)}{lost}",
            hint="say which: --model NAME",
        )
    best = measured[0]
    of = (
        f"best of {len(measured)} ({len(left)} fitted)"
        if len(measured) > 1
        else (f"only one of {len(left)} models' that o16n finds again")
    )
    why = (
        f"the model is {best.name}, because its {best.metric} of {best.value:.4g}, which the notebook "
        f"printed, is the {of}"
    )
    return Picked(
        name=best.name,
        model=models[best.name],
        reason=Reason(statement=why),
        proposed=True,
        ranking=contenders,
        instead=tuple(order[1:]),
    )


def _those(lost: Sequence[tuple[str, Place]]) -> str:
    where = ", ".join(f"{name} of {place}" for name, place in lost)
    return f"; {where}, tried as well, {'is' if len(lost) == 1 else 'are'} gone"


def _refuse_superseded(name: str, aliases: AbstractSet[str], told: Told, *, telling: bool) -> None:
    """Refuse what was fitted again after it was saved, or is merely the last of several that were tried."""
    where = next((told.again[one] for one in aliases if one in told.again), None)
    if where is not None:
        raise AmbiguousCandidate(
            f"{name} was saved and then fitted again: what is left is not what was saved",
            where=str(where),
            hint=f"take what is left with --model {name}, or {FIRST_CELL}",
        )
    if told.gone and not telling:
        raise AmbiguousCandidate(
            f"{name} is what is left of several{_those(told.gone)}",
            hint=f"take what is left with --model {name}, or {FIRST_CELL}",
        )


def _as_bound(
    namespace: dict[str, Any], name: str, model: Any, saved: Mapping[str, Place]
) -> tuple[str, Any]:
    """Return the model under the name its author uses: saved, else best or final, else as found.

    Where that name holds the best estimator of a search, it is that estimator and not the search.
    """
    names = [one for one in names_of(namespace, model) if one.isidentifier()]
    inner = getattr(model, "best_estimator_", None)
    names += names_of(namespace, inner) if inner is not None else []
    telling = [one for one in names if one in saved] or [
        one for one in names if one.lower().startswith(BEST)
    ]
    chosen = telling[0] if telling else name
    return chosen, namespace.get(chosen, model)


def _refuse_last_of_loop(name: str, aliases: AbstractSet[str], told: Told) -> None:
    place = told.in_loop.get(name)
    if place is None or aliases - {name} - told.in_loop.keys() or name in told.saved:
        return
    raise AmbiguousCandidate(
        f"{name} is fitted again in each round of a loop, and what is left is the last",
        where=str(place),
        hint=f"take it with --model {name}, or keep the one you mean under a name of its own",
    )


def _rules(
    models: dict[str, Any], aliases: dict[str, set[str]], told: Told
) -> list[tuple[list[str], str, Place | None]]:
    saved = told.saved

    def where(test: Callable[[str], bool]) -> list[str]:
        return [name for name in models if any(test(alias) for alias in aliases[name])]

    def in_saved(alias: str) -> Place | None:  # itself, or the dict that holds it
        return saved.get(alias) or saved.get(alias.partition("[")[0])

    by_save = where(lambda alias: in_saved(alias) is not None)
    place = next((in_saved(a) for name in by_save for a in aliases[name] if in_saved(a)), None)
    return [
        (list(models), "it is the only fitted model", None),
        (by_save, SAVES, place),
        (
            [n for n, m in models.items() if hasattr(m, "best_estimator_")],
            SEARCHED,
            None,
        ),
        (where(lambda alias: alias.lower().startswith(BEST)), NAMED, None),
        (where(lambda alias: alias in told.evaluated), "it is the only one that predicts", None),
    ]


def spelled(text: str) -> str:
    """Return what a person typed after --model as `named_values` writes it: `m["a"]` is `m['a']`."""
    try:
        return ast.unparse(ast.parse(text.strip(), mode="eval"))
    except SyntaxError:
        return text


def _by_name(namespace: dict[str, Any], models: dict[str, Any], named: str) -> Picked:
    every, named = dict(named_values(namespace)), spelled(named)
    if named not in models and not _is_fitted_model(every.get(named)):
        if named in every:
            raise NotebookError(
                f"{named} is a {type(every[named]).__name__}, not a fitted model", where="--model"
            )
        raise UnknownName("model", named, models, where="--model")
    model = models.get(named, every.get(named))
    reason = Reason(statement=f"the model is {named}, because --model says so")
    return Picked(name=named, model=model, reason=reason)


def _is_fitted_model(value: Any) -> bool:
    kind = type(value)
    if is_native(value):
        return True
    if isinstance(value, type) or not (hasattr(kind, "fit") and hasattr(value, "predict")):
        return False
    if not hasattr(kind, "get_params"):
        return False
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    try:
        check_is_fitted(value)
    except (NotFittedError, TypeError):
        return False
    return True


def _parts(model: Any) -> list[Any]:
    """Return the estimators inside a Pipeline, search, ensemble or transformer, at any depth."""
    found: list[Any] = []
    pending = list(vars(model).values()) if hasattr(model, "__dict__") else []
    while pending:
        one = pending.pop()
        if isinstance(one, list | tuple):
            pending += one
        elif (
            (hasattr(one, "get_params") or is_native(one))
            and not isinstance(one, type)
            and not any(one is f for f in found)
        ):
            found.append(one)
            pending += vars(one).values()
    return found


def _kind(model: Any) -> str:
    inner = getattr(model, "steps", None)
    last = inner[-1][1] if inner else getattr(model, "best_estimator_", None)
    own = type(model).__name__
    return (
        f"{own} … {type(last).__name__}" if last is not None and not isinstance(last, str) else own
    )

"""The fitted models among a kernel's names, and the rules that choose one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from o16n.candidate.candidate import Reason
from o16n.errors import AmbiguousCandidate, NotebookError, UnknownName, UnsupportedModel
from o16n.notebook.model_classes import NEEDED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from o16n.notebook.notebook import Place

ASIDE = {"In", "Out", "exit", "quit", "get_ipython", "open"}
BEST = ("best", "final")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the notebook's statements say of names: where each was saved and last fitted, which predict.

    `in_loop` are the names that a loop binds and fits anew in each round.
    """

    saved: Mapping[str, Place] = field(default_factory=dict)
    fitted: Mapping[str, Place] = field(default_factory=dict)
    in_loop: Mapping[str, Place] = field(default_factory=dict)
    evaluated: AbstractSet[str] = frozenset()


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


def unsupported(
    namespace: dict[str, Any], fitted: Mapping[str, Place]
) -> UnsupportedModel | NotebookError:
    """Return why nothing can be packaged: the first foreign model, or that there is none.

    `fitted` says where the notebook last fitted what it called by a name.
    """
    for name, value in named_values(namespace):
        library = type(value).__module__.partition(".")[0]
        trained = hasattr(value, "predict") or hasattr(value, "forward")
        if library in NEEDED and trained and not isinstance(value, type):
            kind = f"{type(value).__module__}.{type(value).__name__}"
            return UnsupportedModel(
                f"{name} is a {kind}, which o16n cannot take yet",
                hint=f"it would need {NEEDED[library]}",
            )
        if (
            hasattr(value, "fit_predict")
            and not hasattr(value, "predict")
            and hasattr(value, "labels_")
        ):
            return UnsupportedModel(
                f"{name} is a {type(value).__name__}, which clusters but cannot predict new rows",
                hint="a model with predict (KMeans, or a classifier trained on its labels) would do",
            )
    for name, value in named_values(namespace):
        if name in fitted and hasattr(type(value), "fit") and hasattr(type(value), "predict"):
            return NotebookError(
                f"{name} was fitted and bound anew since: what is left of it is not fitted",
                where=str(fitted[name]),
                hint="keep the fitted one under a name of its own",
            )
    return NotebookError(
        "no fitted model is left among the notebook's names",
        hint="bind the fitted estimator to a name: model = ….fit(X, y)",
    )


def choose_model(
    namespace: dict[str, Any],
    told: Told,
    *,
    named: str | None,
    ask: Callable[[str, Sequence[str]], int] | None,
) -> tuple[str, Any, Reason]:
    """Return (name, model, reason) by rules applied in turn until one model is left.

    Rules: --model; the only one; saved by the author; a search's best; named best or final;
    evaluated. Each keeps the models it speaks of, if there is any. Where several are left the person
    is asked, or o16n refuses.

    Raises:
        AmbiguousCandidate: no rule leaves exactly one, or what is left is a loop's last model, and
            nobody can be asked.
        UnknownName: `named` is not a fitted model.
        UnsupportedModel: there is only a model that o16n cannot take.
    """
    models = fitted_models(namespace)
    if named is not None:
        return _by_name(namespace, models, named)
    if not models:
        raise unsupported(namespace, told.fitted)
    aliases = {name: set(names_of(namespace, model)) | {name} for name, model in models.items()}
    left = list(models)
    for names, statement, place in _rules(models, aliases, told):
        left = [name for name in left if name in names] or left
        if len(left) == 1:
            name, model = _as_bound(namespace, left[0], models[left[0]], told.saved)
            _refuse_last_of_loop(name, aliases[left[0]], told)
            reason = Reason(statement=f"the model is {name}, because {statement}", place=place)
            return name, model, reason
    contenders = [f"{name} ({_kind(models[name])})" for name in left]
    if ask is not None:
        name = left[ask("Which model is this notebook about?", contenders)]
        return name, models[name], Reason(statement=f"the model is {name}, because you said so")
    raise AmbiguousCandidate(
        f"{len(left)} fitted models could be meant: {', '.join(contenders)}",
        hint="say which: --model NAME",
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

    by_save = where(lambda alias: alias in saved)
    place = next((saved[a] for name in by_save for a in aliases[name] if a in saved), None)
    return [
        (list(models), "it is the only fitted model", None),
        (by_save, "the notebook saves it", place),
        (
            [n for n, m in models.items() if hasattr(m, "best_estimator_")],
            "it is the best of a search",
            None,
        ),
        (where(lambda alias: alias.lower().startswith(BEST)), "it is named best or final", None),
        (where(lambda alias: alias in told.evaluated), "it is the only one that predicts", None),
    ]


def _by_name(
    namespace: dict[str, Any], models: dict[str, Any], named: str
) -> tuple[str, Any, Reason]:
    every = dict(named_values(namespace))
    if named not in models and not _is_fitted_model(every.get(named)):
        if named in every:
            raise NotebookError(
                f"{named} is a {type(every[named]).__name__}, not a fitted model", where="--model"
            )
        raise UnknownName("model", named, models, where="--model")
    model = models.get(named, every.get(named))
    return named, model, Reason(statement=f"the model is {named}, because --model says so")


def named_values(namespace: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return (name, value) of the kernel's names, and of what a dict or list of theirs holds."""
    found = []
    for name, value in list(namespace.items()):
        if name.startswith("_") or name in ASIDE:
            continue
        found.append((name, value))
        if isinstance(value, dict):
            found += [(f"{name}[{key!r}]", one) for key, one in list(value.items())[:100]]
        elif isinstance(value, list | tuple):
            for place, one in enumerate(value[:100]):
                inner = one[-1] if isinstance(one, tuple) and one else one
                found.append((f"{name}[{place}]", inner))
    return found


def _is_fitted_model(value: Any) -> bool:
    kind = type(value)
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
            hasattr(one, "get_params")
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

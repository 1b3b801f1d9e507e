"""The models that a notebook's text fits, and those among them that o16n cannot take."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from o16n.errors import UnsupportedModel
from o16n.notebook.model_classes import Judgement, ModelKind, held_classes, judge
from o16n.notebook.notebook import Finding, Place
from o16n.notebook.outline import Outline, outline
from o16n.notebook.source import python_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from o16n.notebook.notebook import Notebook
    from o16n.notebook.values import Made

TORCH = ("torch", "torchvision")
LOSS = re.compile(r"Loss$|^torch\.(?!nn\.(?!functional))|^torch\.optim")
# Libraries of which no ordinary function returns a fitted estimator that a bundle could hold.
PLAIN_LIBRARIES = frozenset(
    {
        *("numpy", "pandas", "scipy", "sklearn", "matplotlib", "seaborn", "plotly", "tqdm"),
        *("IPython", "PIL", "cv2", "keras", "tensorflow", "torch", "torchvision", "statsmodels"),
        *("xgboost", "lightgbm", "prophet", "fbprophet", "pmdarima", "missingno", "wordcloud"),
        *("bs4", "requests", "nltk", "category_encoders", "polars", "pyarrow", "ipywidgets"),
        *("patsy", "mpl_toolkits", "tensorflow_datasets", "yfinance", "openpyxl", "pytz"),
        *("dateutil", "skimage", "imageio", "graphviz", "pydot", "tabulate", "networkx"),
        *("__future__", "catboost", "imblearn", "transformers", "geopandas", "sqlalchemy"),
    }
)
LOADERS = frozenset({"pickle", "joblib", "cloudpickle", "dill", "skops", "shelve", "importlib"})


@dataclass(frozen=True, kw_only=True)
class FittedModel:
    """One fit: the name it goes by, its class, and whether a bundle can hold it.

    `cls` is the dotted class ("" where the text does not tell), `chain` what a person reads, such
    as `Pipeline … Ridge`; `needed` says what would have to change where it is unsupported.
    """

    name: str
    cls: str
    chain: str
    kind: ModelKind
    place: Place
    culprit: str = ""
    needed: str = ""


def fitted_models(
    notebook: Notebook, allowed: Collection[str] = (), *, told: Outline | None = None
) -> tuple[FittedModel, ...]:
    """Return the fits of models in the notebook's text, each object once, where it was fitted last.

    `allowed` are the types that a bundle can hold, by full name. Transformers are left out. A fit whose class is not told has the kind `unknown`.
    """
    told, held = told or outline(notebook), held_classes(allowed)
    found: dict[object, FittedModel] = {}
    for fit in told.fits:
        if fit.made is None:
            if fit.method != "fit_transform":
                found[fit.place, fit.receiver] = FittedModel(
                    name=fit.receiver, cls="", chain="", kind="unknown", place=fit.place
                )
            continue
        judged = judge(fit.made, held)
        if judged.kind != "transformer":
            found[id(fit.made)] = _model(fit.made, judged, fit.place)
    for made, place in _trained_by_hand(told):
        found.setdefault(id(made), _model(made, judge(made, held), place))
    return tuple(sorted(found.values(), key=lambda one: (one.place.cell, one.place.line or 0)))


def hopeless(
    notebook: Notebook, allowed: Collection[str] = (), *, told: Outline | None = None
) -> FittedModel | None:
    """Return the unsupported model that makes packaging certain to fail, None where it may succeed.

    Certain means: such a model is fitted, nothing else is, and nothing in the notebook could bring
    a fitted model in that its text does not show.
    """
    told = told or outline(notebook)
    if not told.whole or _may_bring_a_model(notebook, told):
        return None
    models = fitted_models(notebook, allowed, told=told)
    if any(one.kind != "unsupported" for one in models):
        return None
    return models[0] if models else None


def refuse_hopeless(notebook: Notebook, allowed: Collection[str] = ()) -> None:
    """Refuse, before anything runs, a notebook of which no fitted model could be packaged.

    Raises:
        UnsupportedModel: it is certain, see `hopeless`.
    """
    model = hopeless(notebook, allowed)
    if model is not None:
        told = finding_of(model, certain=True)
        raise UnsupportedModel(told.message, where=str(model.place), hint=told.hint)


def finding_of(model: FittedModel, *, certain: bool) -> Finding:
    """Return what preflight says of an unsupported model; an error where nothing else is fitted."""
    who = f"{model.name} is" if model.name else "what is fitted here is"
    return Finding(
        slug="unsupported-model",
        severity="error" if certain else "warning",
        message=f"{who} a {model.culprit or model.cls}, which o16n cannot take yet",
        place=model.place,
        hint=f"it would need {model.needed}",
    )


def _model(made: Made, judged: Judgement, place: Place) -> FittedModel:
    return FittedModel(
        name=made.name,
        cls=made.cls,
        chain=_chain(made),
        kind=judged.kind,
        place=place,
        culprit=judged.culprit,
        needed=judged.needed,
    )


def _chain(made: Made) -> str:
    """Return the class and what is inside it, such as `GridSearchCV … Pipeline … Ridge`."""
    words = [made.cls.rpartition(".")[2]]
    while made.inner and len(words) < 4:  # noqa: PLR2004 - a line has to end
        several = len(made.inner) > 1 and not words[-1].endswith("Pipeline")
        if several:
            words.append(f"{len(made.inner)} estimators")
            break
        made = made.inner[-1]
        words.append(made.cls.rpartition(".")[2])
    return " … ".join(words)


def _trained_by_hand(told: Outline) -> Iterator[tuple[Made, Place]]:
    """Yield the torch modules of a notebook that calls `loss.backward()`, with that place."""
    place = next((call.place for call in told.calls if call.name == "?.backward"), None)
    if place is None:
        return
    for made in told.made:
        roots = (made.cls, *made.bases)
        torch = any(root.partition(".")[0] in TORCH for root in roots)
        if torch and made.name and not LOSS.search(made.cls):
            yield made, place


def _may_bring_a_model(notebook: Notebook, told: Outline) -> bool:
    """Tell whether an import or a call could give a fitted model that no `.fit` here shows."""
    for cell in notebook.code:
        tree = python_tree(cell)
        for node in ast.walk(tree) if tree is not None else ():
            if any(not _is_plain(name) for name in _imported(node)):
                return True
    options = {name for call in told.calls for name in call.options}
    return "return_estimator" in options or "**" in options


def _imported(node: ast.AST) -> tuple[str, ...]:
    if isinstance(node, ast.Import):
        return tuple(alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return ("." * node.level + (node.module or ""),)
    return ()


def _is_plain(module: str) -> bool:
    top = module.partition(".")[0]
    if top in LOADERS or ".wrappers" in module or module.startswith("sklearn.externals"):
        return False
    return top in PLAIN_LIBRARIES or top in sys.stdlib_module_names

"""Which classes can become a bundle's model, by dotted name: nothing is imported to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection

    from o16n.notebook.values import Made

ModelKind = Literal["model", "transformer", "unsupported", "unknown"]

SKLEARN_LIKE = "one of scikit-learn's own: HistGradientBoosting is the nearest"
INTERFACE = "the library's scikit-learn interface instead of its native train"
NEEDED = {
    "keras": "a scikit-learn compatible wrapper (scikeras)",
    "tensorflow": "a scikit-learn compatible wrapper (scikeras)",
    "torch": "a scikit-learn compatible wrapper (skorch)",
    "statsmodels": "an estimator with fit and predict, such as scikit-learn's own linear models",
    "xgboost": SKLEARN_LIKE,
    "lightgbm": SKLEARN_LIKE,
    "catboost": SKLEARN_LIKE,
    "prophet": "an estimator with fit and predict over columns made from the dates",
    "fbprophet": "an estimator with fit and predict over columns made from the dates",
    "pmdarima": "an estimator with fit and predict over lagged columns",
    "torchvision": "a scikit-learn compatible wrapper (skorch)",
    "pytorch_lightning": "a scikit-learn compatible wrapper (skorch)",
    "lightning": "a scikit-learn compatible wrapper (skorch)",
    "fastai": "a scikit-learn compatible wrapper (skorch)",
    "transformers": "a scikit-learn estimator over the embeddings",
    "pyspark": "the same model of scikit-learn, trained on a pandas frame",
    "h2o": "the same model of scikit-learn",
    "surprise": "an estimator with fit and predict over columns",
    "gensim": "an estimator with fit and predict over the vectors",
}
NOT_HELD = "one of scikit-learn's own: a bundle holds no class of this library yet"
NO_PREDICT = "a model with predict: KMeans, or a classifier trained on its labels"
BOOSTERS = ("xgboost", "lightgbm", "catboost")
BESIDE = ("imblearn", "category_encoders", "feature_engine", "sklearn_pandas", "umap")
ENDINGS = ("Classifier", "Regressor", "Ranker")

TRANSFORMING = (
    "sklearn.preprocessing",
    "sklearn.impute",
    "sklearn.decomposition",
    "sklearn.feature_extraction",
    "sklearn.feature_selection",
    "sklearn.kernel_approximation",
    "sklearn.manifold",
    "sklearn.random_projection",
    "sklearn.covariance",
    "sklearn.frozen",
)
TRANSFORMERS = frozenset(
    {
        *("ColumnTransformer", "FeatureUnion", "FeatureAgglomeration", "PLSSVD", "BernoulliRBM"),
        *("KNeighborsTransformer", "RadiusNeighborsTransformer", "RandomTreesEmbedding"),
        *("NeighborhoodComponentsAnalysis",),
    }
)
PREDICT_AFTER_ALL = frozenset({"RFE", "RFECV", "EllipticEnvelope"})
CANNOT_PREDICT = frozenset(
    {
        *("AgglomerativeClustering", "DBSCAN", "HDBSCAN", "OPTICS", "SpectralClustering"),
        *("SpectralBiclustering", "SpectralCoclustering", "KernelDensity", "NearestNeighbors"),
    }
)
MIXINS = ("ClassifierMixin", "RegressorMixin", "ClusterMixin", "OutlierMixin")


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What an object is to o16n; where `unsupported`, the class that makes it so and what is needed."""

    kind: ModelKind
    culprit: str = ""
    needed: str = ""


def held_classes(allowed: Collection[str]) -> frozenset[str]:
    """Return `library.Class` of each full name in a bundle's allow-list."""
    return frozenset(f"{one.partition('.')[0]}.{one.rpartition('.')[2]}" for one in allowed)


def judge(made: Made, held: Collection[str] = ()) -> Judgement:
    """Return what `made` is; `held` are classes that bundles hold, as `held_classes` gives them."""
    if made.own is not None:
        return _own(made)
    library, short = made.cls.partition(".")[0], made.cls.rpartition(".")[2]
    inside = [judge(one, held) for one in made.inner]
    if not made.sure and any(one.kind == "unsupported" for one in inside):
        return Judgement(kind="unknown")  # another of the things that may stand there is fine
    bad = next((one for one in inside if one.kind == "unsupported"), None)
    foreign = next((one for one in made.inner if _foreign_step(one, held)), None)
    if short == "Pipeline" and (bad or foreign):
        culprit = bad.culprit if bad else foreign.cls if foreign else ""
        return Judgement(
            kind="unsupported", culprit=culprit, needed=bad.needed if bad else NOT_HELD
        )
    if library == "sklearn":
        return bad if bad and not is_transforming(made.cls) else _sklearn(made, short, inside)
    return _foreign(library, short, made.cls, held)


def is_transforming(cls: str) -> bool:
    """Tell whether a class of scikit-learn transforms and has no predict."""
    short = cls.rpartition(".")[2]
    if short in TRANSFORMERS:
        return True
    return cls.startswith(TRANSFORMING) and short not in PREDICT_AFTER_ALL


def _sklearn(made: Made, short: str, inside: list[Judgement]) -> Judgement:
    if is_transforming(made.cls):
        return Judgement(kind="transformer")
    without = short == "LocalOutlierFactor" and not _is_true(made.options.get("novelty"))
    if short in CANNOT_PREDICT or without:
        return Judgement(kind="unsupported", culprit=made.cls, needed=NO_PREDICT)
    if short == "Pipeline":
        return Judgement(kind=inside[-1].kind if inside and made.ends else "unknown")
    return Judgement(kind="model" if short[:1].isupper() else "unknown")


def _foreign(library: str, short: str, cls: str, held: Collection[str]) -> Judgement:
    if f"{library}.{short}" in held:
        return Judgement(kind="model")
    if ".preprocessing." in cls or ".layers." in cls:
        return Judgement(kind="transformer")  # keras has some with fit too
    if ".wrappers." in cls or library in ("scikeras", "skorch"):
        return Judgement(kind="unknown")
    needed = _needed(library, short, held)
    if needed:
        return Judgement(kind="unsupported", culprit=cls, needed=needed)
    return Judgement(kind="transformer" if library in BESIDE else "unknown")


def _needed(library: str, short: str, held: Collection[str]) -> str:
    if library in BOOSTERS:
        some = any(one.partition(".")[0] == library for one in held)
        return INTERFACE if some and not short.endswith(ENDINGS) else SKLEARN_LIKE
    if library in BESIDE and short.endswith(ENDINGS):
        return NOT_HELD
    return NEEDED.get(library, "")


def _foreign_step(made: Made, held: Collection[str]) -> bool:
    """Tell whether a pipeline's step is a transformer of a library that no bundle holds."""
    library, _, rest = made.cls.partition(".")
    known = f"{library}.{rest.rpartition('.')[2]}" in held
    return made.own is None and library in BESIDE and not known


def _own(made: Made) -> Judgement:
    """Judge a class of the notebook by its bases."""
    libraries = [base.partition(".")[0] for base in made.bases]
    for base, library in zip(made.bases, libraries, strict=True):
        if library in NEEDED and library not in BOOSTERS and "sklearn" not in libraries:
            return Judgement(
                kind="unsupported", culprit=f"{made.cls} ({base})", needed=NEEDED[library]
            )
    if "sklearn" not in libraries:
        return Judgement(kind="unknown")
    assert made.own is not None
    methods = {getattr(node, "name", "") for node in made.own.body}
    predicts = "predict" in methods or any(base.endswith(MIXINS) for base in made.bases)
    if predicts or "?" in made.bases:
        return Judgement(kind="model" if predicts else "unknown")
    inherited = [b for b in made.bases if not b.startswith("sklearn.base.")]
    if any(not is_transforming(base) for base in inherited):
        return Judgement(kind="model")
    return Judgement(kind="transformer")


def _is_true(node: ast.expr | None) -> bool:
    return bool(getattr(node, "value", False))

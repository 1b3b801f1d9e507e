"""What a starting function is to the record, told by its name and file alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from types import CodeType

Role = Literal[
    "method", "metric", "evaluate", "split", "dummies", "read", "save", "open", "train", "wrapped",
    "printed", "shown",
]  # fmt: skip
METHODS = frozenset(
    {"fit", "fit_transform", "fit_predict", "fit_resample", "partial_fit", "transform",
     "inverse_transform", "predict", "predict_proba", "predict_log_proba", "decision_function", "score"}
)  # fmt: skip
EVALUATES = frozenset(
    {"cross_val_score", "cross_validate", "cross_val_predict", "learning_curve",
     "permutation_importance"}
)  # fmt: skip
READS = ("read_", "load_", "fetch_", "make_", "scan_")
OTHERS = frozenset(
    {"wrapped", "train_test_split", "get_dummies", "loadtxt", "genfromtxt", "load", "dump",
     "save_model", "train", "_modified_open", "write", "write_format_data", "publish"}
)  # fmt: skip
SHOWN = ("ZMQShellDisplayHook.write_format_data", "ZMQDisplayPublisher.publish")
SAVERS = ("joblib", "cloudpickle", "skops")


def may_matter(code: CodeType) -> bool:
    """Tell, in well under a microsecond, whether `role_of` is worth asking."""
    name = code.co_name
    return (
        name in METHODS
        or name in OTHERS
        or name in EVALUATES
        or name.startswith(READS)
        or "metrics" in code.co_filename
    )


def role_of(code: CodeType) -> Role | None:
    """Return the role of a code object, None for one that does not matter."""
    name, file = code.co_name, code.co_filename.replace("\\", "/")
    if name == "wrapped":
        return "wrapped" if file.endswith("sklearn/utils/_set_output.py") else None
    if name in METHODS:
        theirs = "/pandas/" in file or "/scipy/" in file
        return "method" if code.co_argcount and not theirs else None
    if name in EVALUATES and "/sklearn/" in file:
        return "evaluate"
    if "/sklearn/metrics/" in file:
        return "metric" if _is_metric(code) else None
    return _by_library(code, name, file)


def _is_metric(code: CodeType) -> bool:
    name, first = code.co_name, code.co_varnames[:1]
    own = code.co_qualname == name and not name.startswith("_")
    return own and (first in (("y_true",), ("labels_true",)) or name == "auc")


def _by_library(code: CodeType, name: str, file: str) -> Role | None:
    first = code.co_varnames[:1]
    rules: tuple[tuple[Role, bool], ...] = (
        ("split", name == "train_test_split" and "/sklearn/" in file),
        ("dummies", name == "get_dummies" and "/pandas/" in file),
        ("train", name == "train" and ("/xgboost/" in file or "/lightgbm/" in file)),
        ("read", code.co_qualname == name and _is_reader(name, file)),
        ("save", name == "dump" and any(f"/{one}/" in file for one in SAVERS)),
        ("save", name == "save_model" and first == ("self",)),
        ("open", name == "_modified_open" and "/IPython/" in file),
        ("printed", code.co_qualname == "OutStream.write" and "/ipykernel/" in file),
        ("shown", code.co_qualname in SHOWN and "/ipykernel/" in file),
    )
    return next((role for role, holds in rules if holds), None)


def _is_reader(name: str, file: str) -> bool:
    return (
        ("/pandas/io/" in file and name.startswith("read_"))
        or ("/polars/io/" in file and name.startswith(("read_", "scan_")))
        or ("/sklearn/datasets/" in file and name.startswith(("load_", "fetch_", "make_")))
        or ("/seaborn/" in file and name == "load_dataset")
        or ("/numpy/" in file and name in ("loadtxt", "genfromtxt", "load"))
        or ("/joblib/" in file and name == "load")
    )

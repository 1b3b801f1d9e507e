"""What a starting function is to the record, told by its name and file alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from types import CodeType

Role = Literal[
    "method", "metric", "evaluate", "split", "dummies", "code", "read", "save", "write", "open",
    "train", "matrix", "wrapped", "printed", "shown",
]  # fmt: skip
METHODS = frozenset(
    {"fit", "fit_transform", "fit_predict", "fit_resample", "partial_fit", "transform",
     "inverse_transform", "predict", "predict_proba", "predict_log_proba", "decision_function", "score"}
)  # fmt: skip
SHOWN = ("ZMQShellDisplayHook.write_format_data", "ZMQDisplayPublisher.publish")
DIRECT = frozenset(
    {"code", "open"}
)  # libraries do this all the time: only the notebook's own counts


class Rule(NamedTuple):
    """A role that functions of these names (or qualified names) play in these files."""

    role: Role
    names: frozenset[str]
    files: tuple[str, ...]
    prefixes: tuple[str, ...] = ()
    outermost: bool = False  # functions only, no methods

    def holds(self, code: CodeType, file: str) -> bool:
        """Tell whether `code` plays the role."""
        name, whole = code.co_name, code.co_qualname
        if not (name in self.names or whole in self.names or name.startswith(self.prefixes)):
            return False
        return any(one in file for one in self.files) and (not self.outermost or whole == name)


RULES = (
    Rule("wrapped", frozenset({"wrapped"}), ("/sklearn/utils/_set_output.py",)),
    Rule("split", frozenset({"train_test_split"}), ("/sklearn/",)),
    Rule("evaluate", frozenset({"cross_val_score", "cross_validate", "cross_val_predict",
                                "learning_curve", "validation_curve", "permutation_importance"}),
         ("/sklearn/",)),
    Rule("evaluate", frozenset({"cv"}), ("/xgboost/training.py", "/lightgbm/engine.py", "/catboost/core.py")),
    Rule("train", frozenset({"train"}), ("/xgboost/training.py", "/lightgbm/engine.py", "/catboost/core.py"),
         outermost=True),
    Rule("matrix", frozenset({"DMatrix.__init__", "QuantileDMatrix.__init__", "Dataset.__init__",
                              "Pool.__init__"}),
         ("/xgboost/core.py", "/lightgbm/basic.py", "/catboost/core.py")),
    Rule("dummies", frozenset({"get_dummies"}), ("/pandas/",)),
    Rule("code", frozenset({"factorize", "cut", "qcut"}), ("/pandas/core/",)),
    Rule("read", frozenset(), ("/pandas/io/",), ("read_",), outermost=True),
    Rule("read", frozenset({"ExcelFile.parse", "TextFileReader.get_chunk"}), ("/pandas/io/",)),
    Rule("read", frozenset(), ("/polars/io/",), ("read_", "scan_"), outermost=True),
    Rule("read", frozenset(), ("/sklearn/datasets/",), ("load_", "fetch_", "make_"), outermost=True),
    Rule("read", frozenset({"load_dataset"}), ("/seaborn/",), outermost=True),
    Rule("read", frozenset({"loadtxt", "genfromtxt", "load"}), ("/numpy/",), outermost=True),
    Rule("read", frozenset({"loadmat", "loadarff"}), ("/scipy/io/",), outermost=True),
    Rule("read", frozenset({"load"}), ("/joblib/", "/skops/"), outermost=True),
    Rule("save", frozenset({"dump"}), ("/joblib/", "/cloudpickle/", "/skops/")),
    Rule("save", frozenset({"log_model", "save_model"}), ("/mlflow/",), outermost=True),
    Rule("write", frozenset({"to_csv", "to_excel", "to_parquet", "to_json", "to_pickle", "to_feather",
                             "to_sql", "to_hdf"}), ("/pandas/core/",)),
    Rule("open", frozenset({"_modified_open"}), ("/IPython/",)),
    Rule("open", frozenset({"Path.open", "Path.read_text", "Path.read_bytes", "PathBase.read_bytes",
                            "Path.write_text", "Path.write_bytes", "PathBase.write_bytes"}),
         ("/pathlib",)),
    Rule("printed", frozenset({"OutStream.write"}), ("/ipykernel/",)),
    Rule("shown", frozenset(SHOWN), ("/ipykernel/",)),
)  # fmt: skip
NAMES = METHODS | {name.rpartition(".")[2] for rule in RULES for name in rule.names}
READS = tuple({prefix for rule in RULES for prefix in rule.prefixes})
MATRICES = ("xgboost/core.py", "lightgbm/basic.py", "catboost/core.py")


def may_matter(code: CodeType) -> bool:
    """Tell, in well under a microsecond, whether `role_of` is worth asking."""
    name = code.co_name
    if name == "__init__":
        return code.co_filename.endswith(MATRICES)
    return (
        name in NAMES
        or name.startswith(READS)
        or name == "save_model"
        or "metrics" in code.co_filename
    )


def role_of(code: CodeType) -> Role | None:
    """Return the role of a code object, None for one that does not matter."""
    name, file = code.co_name, code.co_filename.replace("\\", "/")
    if name in METHODS:
        theirs = "/pandas/" in file or "/scipy/" in file
        return "method" if code.co_argcount and not theirs else None
    if "/sklearn/metrics/" in file:
        return "metric" if _is_metric(code) else None
    if name == "save_model" and code.co_varnames[:1] == ("self",):
        return "save"
    return next((rule.role for rule in RULES if rule.holds(code, file)), None)


def _is_metric(code: CodeType) -> bool:
    name, first = code.co_name, code.co_varnames[:1]
    own = code.co_qualname == name and not name.startswith("_")
    return own and (first in (("y_true",), ("labels_true",)) or name == "auc")

"""Where nothing can be packaged, the one line says why, where, and what would do."""

from __future__ import annotations

import pytest
from sklearn.cluster import DBSCAN
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from o16n.candidate.named import named_values
from o16n.candidate.unsupported import foreign, refuse_foreign, unsupported
from o16n.errors import NotebookError, UnsupportedModel
from o16n.notebook.notebook import Place

AT = Place(cell=3, line=2)


def of_library(module, *methods):
    """Return an object of a class that says it is of a library that is not installed here."""
    kind = type("Net", (), {name: lambda *given: given for name in methods})
    kind.__module__ = module
    return kind()


@pytest.mark.parametrize(
    ("names", "fitted", "told"),
    [
        (
            {},
            {},
            "no fitted model is left among the notebook's names; bind the fitted estimator to a name",
        ),
        (
            {"m": LinearRegression()},
            {"m": AT},
            (
                "cell 3 line 2: m was fitted and bound anew since: what is left of it is not fitted; "
                "keep the fitted one under a name of its own"
            ),
        ),
        (
            {"s": StandardScaler()},
            {"s": AT},
            (
                "cell 3 line 2: the notebook fits no model: s (StandardScaler) only prepares; "
                "fit an estimator with predict, bound to a name"
            ),
        ),
        ({"m": LinearRegression()}, {}, "no fitted model is left among the notebook's names; bind"),
    ],
)
def test_what_is_left_of_a_notebook_without_a_model_is_told(names, fitted, told):
    error = unsupported(names, fitted)
    assert isinstance(error, NotebookError)
    assert str(error).startswith(told)


def test_clusters_that_cannot_predict_are_told_with_what_could():
    error = unsupported({"db": DBSCAN().fit([[0.0], [0.1], [9.0]])}, {"db": AT})
    assert isinstance(error, UnsupportedModel)
    assert str(error) == (
        "db is a DBSCAN, which clusters but cannot predict new rows; "
        "a model with predict (KMeans, or a classifier trained on its labels) would do"
    )


@pytest.mark.parametrize(
    ("module", "method", "needed"),
    [
        ("torch.nn", "forward", "skorch"),
        ("keras.src.models", "predict", "scikeras"),
        ("statsmodels.regression", "predict", "scikit-learn's own linear models"),
        ("catboost.core", "predict", "HistGradientBoosting is the nearest"),
        ("prophet.forecaster", "predict", "columns made from the dates"),
    ],
)
def test_a_foreign_model_is_told_by_its_class_with_what_would_be_needed(module, method, needed):
    error = foreign("net", of_library(module, method))
    assert f"net is a {module}.Net, which o16n cannot take yet; it would need" in str(error)
    assert needed in str(error)
    with pytest.raises(UnsupportedModel, match="net is a"):
        refuse_foreign("net", of_library(module, method))


OWN_KIND = type("Meta", (type,), {"__module__": "keras.src"})  # the class of keras' classes


@pytest.mark.parametrize(
    "value",
    [
        of_library("torch.nn"),
        OWN_KIND("Model", (), {"predict": print}),
        of_library("torchlike", "predict"),
        LinearRegression(),
        "torch",
    ],
    ids=["no model", "a class", "another library", "ours", "a text"],
)
def test_what_is_no_foreign_model_is_not_refused(value):
    assert foreign("x", value) is None
    refuse_foreign("x", value)


def test_a_foreign_model_goes_before_an_estimator_that_is_not_fitted():
    names = {"m": LinearRegression(), "deep": {"net": of_library("torch.nn", "forward")}}
    assert "deep['net'] is a torch.nn.Net" in str(unsupported(names, {"m": AT}))


def test_names_are_told_one_step_into_containers_without_ipythons_own():
    names = {
        "_1": 1,
        "In": [2],
        "Out": {1: 3},
        "get_ipython": 4,
        "a": 5,
        "d": {"k": 6, 2: 7},
        "l": [8, ("name", 9)],
        "t": (10,),
    }
    told = dict(named_values(names))
    assert {key: value for key, value in told.items() if key not in names} == {
        "d['k']": 6,
        "d[2]": 7,
        "l[0]": 8,
        "l[1]": 9,
        "t[0]": 10,
    }
    assert {key for key in told if key in names} == {"a", "d", "l", "t"}


def test_a_long_list_is_looked_into_at_its_start_only():
    assert len(named_values({"l": list(range(1000))})) == 101
    assert len(named_values({"d": dict.fromkeys(range(1000))})) == 101

"""A model takes along exactly the notebook's own code that it reaches."""

from __future__ import annotations

import pytest

from o16n.candidate.own_code import notebook_objects, own_code
from o16n.errors import NotebookError

CODE = """
    from sklearn.base import BaseEstimator, TransformerMixin
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import Pipeline, make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler
    RATE = 2

    def halved(x):
        return x / RATE

    class Mine(TransformerMixin, BaseEstimator):
        def __init__(self, how=None):
            self.how = how
        def fit(self, X, y=None):
            return self
        def transform(self, X):
            return halved(X)

    def unused(x):
        return x
"""


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ("LinearRegression()", set()),
        ("make_pipeline(StandardScaler(), LinearRegression())", set()),
        ("make_pipeline(Mine(), LinearRegression())", {"Mine"}),
        ("Pipeline([('m', Mine(how=halved))])", {"Mine", "halved"}),
        ("FunctionTransformer(halved)", {"halved"}),
        ("FunctionTransformer(len)", set()),
        ("Mine(how={'a': [(halved,)]})", {"Mine", "halved"}),
        ("LinearRegression", set()),
        ("[Mine]", {"Mine"}),
    ],
)
def test_what_a_model_reaches_is_found_at_any_depth(lived, text, reached):
    names, _ = lived(CODE, f"model = {text}")
    assert set(notebook_objects(names["model"])) == reached


def test_a_knot_of_objects_comes_to_an_end(lived):
    names, _ = lived(CODE, "model = Mine()\nmodel.how = [model]\nmodel.other = {'m': model}")
    assert set(notebook_objects(names["model"])) == {"Mine"}


def test_the_source_holds_what_is_reached_and_what_that_needs(lived):
    names, notebook = lived(CODE, "model = make_pipeline(Mine(), LinearRegression())")
    text = own_code(notebook, names["model"], names)
    elsewhere = {"__name__": "elsewhere"}
    exec(text, elsewhere)
    assert elsewhere["Mine"]().transform(6) == 3
    assert "unused" not in text
    assert "LinearRegression" not in text


def test_a_library_s_model_takes_nothing_along(lived):
    names, notebook = lived(CODE, "model = LinearRegression()")
    assert own_code(notebook, names["model"], names) == ""


def test_a_lambda_in_a_model_is_refused(lived):
    names, notebook = lived(CODE, "model = FunctionTransformer(lambda x: x)")
    with pytest.raises(NotebookError, match="lambda"):
        own_code(notebook, names["model"], names)

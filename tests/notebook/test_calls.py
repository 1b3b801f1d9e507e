"""Every fit that really happens is told by the text, with its class and its line."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.notebook.outline import outline
from o16n.notebook.read import from_history
from o16n.notebook.values import Many, Text

IMPORTS = """import copy
from sklearn.base import BaseEstimator, clone
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
X, y, flag = [[0.0], [1.0], [2.0]], [0, 1, 1], False
a, b, c = GaussianNB(), DummyClassifier(), DummyRegressor()
models, named = [a, b], {'a': a, 'c': c}
class Mine(BaseEstimator):
    def fit(self, X, y=None):
        self.inner_ = DummyRegressor().fit(X, y)
        return self
"""


def really_fitted(*cells):
    """Run the cells; return {(class, line)} of each fit that the last cell itself calls."""
    seen, names = set(), {"__name__": "__main__"}

    def watch(frame, event, _):
        told = frame.f_locals.get("self") if frame.f_code.co_name == "fit" else None
        if event != "call" or told is None:
            return
        caller = frame.f_back
        while (
            caller.f_code.co_name in ("wrapper", "inner")
            and "sklearn" in caller.f_globals["__name__"]
        ):
            caller = caller.f_back
        if caller.f_code.co_filename == "<last>":
            seen.add((type(told).__name__, caller.f_lineno))

    for place, cell in enumerate(cells, 1):
        last = place == len(cells)
        code = compile(cell, "<last>" if last else "<cell>", "exec")
        sys.setprofile(watch if last else None)
        try:
            exec(code, names)
        finally:
            sys.setprofile(None)
    return seen


def told_to_be_fitted(*cells):
    """Return {(class, line)} of the fits in the last cell as its text tells; "?" for an unknown class."""
    fits = outline(from_history(["", *cells])).fits
    return {
        (one.made.cls.rpartition(".")[2] if one.made else "?", one.place.line)
        for one in fits
        if one.place.cell == len(cells)
    }


MODEL = st.recursive(
    st.sampled_from(["a", "b", "c", "models[0]", "models[-1]", "named['a']", "Mine()", "GaussianNB()"]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"clone({one})"),
        inner.map(lambda one: f"copy.deepcopy({one})"),
        inner.map(lambda one: f"{one}.set_params()"),
        inner.map(lambda one: f"make_pipeline(StandardScaler(), clone({one}))"),
        inner.map(lambda one: f"Pipeline([('s', StandardScaler()), ('m', clone({one}))])"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} if flag else {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"[{two[0]}, {two[1]}][1]"),
        inner.map(lambda one: f"(lambda m, k=None: m)({one})"),
        inner.map(lambda one: f"dict(k={one})['k']"),
        inner.map(lambda one: f"(w := {one})"),
        inner.map(lambda one: f"{one}.fit(X, y)"),
    ),
    max_leaves=3,
)  # fmt: skip
FITTED = MODEL.map(lambda one: f"{one}.fit(X, y)")
STATEMENT = st.one_of(
    FITTED,
    st.tuples(st.sampled_from("abc"), MODEL).map(" = ".join),
    st.tuples(MODEL, MODEL).map(lambda two: f"a, b = {two[0]}, {two[1]}"),
    MODEL.map(lambda one: f"models.append({one})"),
    MODEL.map(lambda one: f"models = [c, {one}] + models"),
    MODEL.map(lambda one: f"named['b'] = {one}"),
    MODEL.map(lambda one: f"named.update(d={one})"),
    MODEL.map(lambda one: f"with open(__import__('os').devnull):\n    c = {one}"),
    st.sampled_from(
        [
            "for m in models:\n    m.fit(X, y)",
            "for k, m in named.items():\n    m.fit(X, y)",
            "for k in named:\n    named[k].fit(X, y)",
            "for i, (n, m) in enumerate(zip('ab', models)):\n    m.fit(X, y)",
            "for M in (GaussianNB, DummyClassifier):\n    a = M()\n    a.fit(X, y)",
            "fitted = [clone(m).fit(X, y) for m in models]",
            "best = {k: m.fit(X, y) for k, m in named.items()}",
            "def train(m, *more, deep=None):\n    return m.fit(X, y)\na = train(b)",
            "def make(kind):\n    return kind()\nb = make(DummyRegressor)",
            "models.reverse()",
            "a, b = b, a",
            "del models[0]\nmodels.append(c)",
            "try:\n    a = b\n    1 / flag\nexcept ZeroDivisionError:\n    c = a",
            "if flag:\n    a = Mine()\nelse:\n    b = c",
            "while not flag:\n    c = b\n    break",
        ]
    ),
)


@settings(deadline=None, max_examples=120)
@given(st.lists(STATEMENT, min_size=1, max_size=5), FITTED)
def test_what_is_fitted_is_told_by_class_and_line(statements, last):
    cells = (IMPORTS, "\n".join([*statements, last, "a.fit(X, y)", "b.fit(X, y)", "c.fit(X, y)"]))
    real, told = really_fitted(*cells), told_to_be_fitted(*cells)
    assert real
    assert real <= told
    assert "?" not in {cls for cls, _ in told}


def made(*cells):
    """Return the objects of library classes that the cells make, in order."""
    return outline(from_history(["", IMPORTS, *cells])).made[3:]


def test_an_object_knows_its_class_place_options_and_what_is_inside_it():
    cell = "x = 1\np = Pipeline(\n  [('s', StandardScaler()), ('m', clone(a))], verbose=True)"
    step, whole = made(cell)
    assert whole.cls == "sklearn.pipeline.Pipeline"
    assert str(whole.place) == "cell 2 line 2"
    assert [one.cls.rpartition(".")[2] for one in whole.inner] == ["StandardScaler", "GaussianNB"]
    assert whole.inner[0] is step
    assert whole.options["verbose"].value is True


@pytest.mark.parametrize(
    ("text", "sure", "ends"),
    [
        ("make_pipeline(StandardScaler(), a)", True, True),
        ("make_pipeline(StandardScaler(), a if flag else b)", False, True),
        ("Pipeline([('s', StandardScaler()), ('m', a)])", True, True),
        ("Pipeline(steps=[('m', a if flag else b)])", False, True),
        ("make_pipeline(StandardScaler(), somewhere(a))", True, False),
        ("Pipeline([('s', StandardScaler()), ('m', unheard_of)])", True, False),
        ("Pipeline(steps)", True, False),
        ("make_pipeline(*steps)", True, False),
        ("make_pipeline(StandardScaler())", True, True),
    ],
)
def test_a_pipeline_says_whether_its_parts_and_its_end_are_certain(text, sure, ends):
    told = [one for one in made(f"p = {text}") if one.cls.endswith("Pipeline")]
    assert [(one.sure, one.ends) for one in told] == [(sure, ends)]


def fits(*cells):
    return [
        (one.made.cls if one.made else None, one.receiver, one.method)
        for one in outline(from_history(["", *cells])).fits
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "import xgboost as xgb\nbst = xgb.train({}, data)",
            [("xgboost.Booster", "", "train")],
        ),
        (
            "from lightgbm import train\ntrain({}, data)",
            [("lightgbm.Booster", "", "train")],
        ),
        ("from scipy import stats\nstats.norm.fit(x)", []),
        ("import numpy as np\nnp.polynomial.Polynomial.fit(x, y, 2)", []),
        ("import lifelines\nlifelines.cox.fit(x)", [(None, "lifelines.cox", "fit")]),
        (
            "import statsmodels.api as sm\nsm.OLS(y, X).fit_regularized()",
            [("statsmodels.api.OLS", "sm.OLS(y, X)", "fit_regularized")],
        ),
        (
            "import statsmodels.formula.api as smf\nr = smf.ols('y ~ x', df).fit()",
            [("statsmodels.formula.api.ols", "smf.ols('y ~ x', df)", "fit")],
        ),
        ("from sklearn.svm import SVC\nSVC(C=1).partial_fit(X)", [("sklearn.svm.SVC", "SVC(C=1)", "partial_fit")]),
        ("df.groupby('a').fit(X)", [(None, "df.groupby('a')", "fit")]),
        ("class A:\n    def fit(self):\n        pass\nA().fit()", [("A", "A()", "fit")]),
        ("from a import Model\nm = Model.from_file('x')\nm.fit(X)", [("a.Model", "m", "fit")]),
    ],
)  # fmt: skip
def test_a_fit_of_any_library_says_what_stands_before_it(text, expected):
    assert fits(text) == expected


def test_a_search_s_inner_model_is_reached_by_its_attributes():
    cell = (
        "from sklearn.model_selection import GridSearchCV\n"
        "g = GridSearchCV(Pipeline([('s', StandardScaler()), ('m', Mine())]), {})\n"
        "g.best_estimator_.named_steps['m'].fit(X)\ng.estimator.steps[-1][1].fit(X)"
    )
    found = told_to_be_fitted(IMPORTS, cell)
    assert (
        {("Mine", 3), ("Mine", 4)}
        <= found
        <= {(c, n) for c in ("Mine", "StandardScaler") for n in (3, 4)}
    )


def test_a_method_of_what_is_not_known_is_kept_by_its_name():
    calls = outline(from_history(["", "df = read()\ndf.head().to_csv('out.csv', sep=';')"])).calls
    (last,) = [one for one in calls if one.name == "?.to_csv"]
    assert last.args == ((Text("out.csv"),),)
    assert last.options == {"sep": (Text(";"),)}


def test_what_is_called_and_never_defined_leaves_the_outline_unfinished():
    known, unknown = "print(len([]))", "print(lenn([]))"
    assert outline(from_history(["", known])).whole
    assert not outline(from_history(["", unknown])).whole


CLASSES = """
from sklearn.base import BaseEstimator as B, ClassifierMixin
import torch.nn as nn
class One(B): pass
class Two(One, ClassifierMixin): pass
class Three(Two, nn.Module): pass
class Loop(Three, metaclass=type): pass
class Odd(unheard_of.Base): pass
"""


@pytest.mark.parametrize(
    ("name", "bases"),
    [
        ("One", ("sklearn.base.BaseEstimator",)),
        ("Two", ("sklearn.base.BaseEstimator", "sklearn.base.ClassifierMixin")),
        ("Loop", ("sklearn.base.BaseEstimator", "sklearn.base.ClassifierMixin", "torch.nn.Module")),
        ("Odd", ("?",)),
    ],
)
def test_a_class_of_the_notebook_knows_all_it_descends_from(name, bases):
    (thing,) = outline(from_history(["", CLASSES, f"t = {name}(x=1)"])).made
    assert (thing.cls, thing.bases, thing.name) == (name, bases, "t")
    assert thing.options["x"].value == 1


def test_a_class_that_names_itself_among_its_bases_comes_to_an_end():
    (thing,) = outline(
        from_history(["", "class A:\n    pass\nclass A(A):\n    pass\nt = A()"])
    ).made
    assert thing.cls == "A"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("x = [1, 2]", 2),
        ("x = []\nx.append(1)\nx.extend([2, 3])", 3),
        ("x = {}\nx['a'] = 1\nx.update({'b': 2}, c=3)", 3),
        ("x = [1, 2]\nx.pop()", 2),
        ("x = dict([('a', 1)], b=2)", 2),
        ("x = list({'a': 1}.values())", 1),
    ],
)
def test_a_container_holds_what_was_put_into_it(text, length):
    (call,) = [
        one
        for one in outline(from_history(["", f"{text}\nprint(x)"])).calls
        if one.name == "builtins.print"
    ]
    ((held,),) = call.args
    assert isinstance(held, Many)
    assert len(held.parts) == length

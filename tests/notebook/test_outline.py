"""What the text would make, call and fit is told without running it."""

from __future__ import annotations

import pytest

from o16n.notebook.outline import outline

IMPORTS = """
import copy
import sklearn.cluster
import sklearn.svm as svm
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier as RF
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
"""


def fits(typed, *cells):
    """Return (class, first name) of each fit, in the text's order."""
    found = outline(typed(IMPORTS, *cells)).fits
    return [(one.made.cls.rpartition(".")[2], one.made.name) if one.made else "?" for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m = SVC()\nm.fit(X, y)", [("SVC", "m")]),
        ("m = svm.SVC().fit(X, y)", [("SVC", "m")]),
        ("RF().fit(X, y)", [("RandomForestClassifier", "")]),
        ("k = sklearn.cluster.KMeans(3)\nk.fit(X)", [("KMeans", "k")]),
        ("a = b = SVC()\nb.fit(X, y)", [("SVC", "a")]),
        ("m, n = SVC(), Ridge()\nn.fit(X, y)", [("Ridge", "n")]),
        ("(m := SVC()).fit(X, y)", [("SVC", "m")]),
        ("m: SVC = SVC()\nm.set_params(C=2).fit(X, y)", [("SVC", "m")]),
        (
            "M = SVC if linear else RF\nm = M()\nm.fit(X, y)",
            [("SVC", "m"), ("RandomForestClassifier", "m")],
        ),
        (
            "if a:\n    m = SVC()\nelse:\n    m = Ridge()\nm.fit(X, y)",
            [("SVC", "m"), ("Ridge", "m")],
        ),
        (
            "try:\n    m = SVC()\nexcept ValueError:\n    m = RF()\nm.fit(X)",
            [("SVC", "m"), ("RandomForestClassifier", "m")],
        ),
        ("with ctx():\n    m = SVC()\n    m.fit(X)", [("SVC", "m")]),
        ("m = None\nm = m or SVC()\nm.fit(X)", [("SVC", "m")]),
        ("%time m = SVC().fit(X, y)", [("SVC", "m")]),
        ("m = clone(SVC())\nm.fit(X)", [("SVC", "m")]),
        ("m = copy.deepcopy(SVC())\nm.fit(X)", [("SVC", "m")]),
        (
            "g = GridSearchCV(SVC(), {})\ng.fit(X)\ng.best_estimator_.fit(X)",
            [("GridSearchCV", "g"), ("SVC", "")],
        ),
        ("self_made.fit(X, y)", ["?"]),
    ],
)
def test_a_fit_knows_its_class_and_name(typed, text, expected):
    assert fits(typed, text) == expected


@pytest.mark.parametrize(
    "loop",
    [
        "models = {'a': SVC(), 'b': Ridge()}\nfor name, m in models.items():\n    m.fit(X, y)",
        "models = {'a': SVC(), 'b': Ridge()}\nfor m in models.values():\n    m.fit(X, y)",
        "models = dict(a=SVC(), b=Ridge())\nfor name in models:\n    models[name].fit(X, y)",
        "models = {}\nmodels['a'] = SVC()\nmodels['b'] = Ridge()\nfor k in models:\n    models[k].fit(X)",
        "models = {'a': SVC()}\nmodels.update({'b': Ridge()})\n[m.fit(X) for m in models.values()]",
        "models = {'a': SVC(), 'b': Ridge()}\nfitted = {k: m.fit(X) for k, m in models.items()}",
    ],
)
def test_a_dict_of_models_in_a_loop_gives_each_with_its_key(typed, loop):
    assert fits(typed, loop) == [("SVC", "models['a']"), ("Ridge", "models['b']")]


@pytest.mark.parametrize(
    "loop",
    [
        "models = [SVC(), Ridge()]\nfor m in models:\n    m.fit(X, y)",
        "models = [('a', SVC()), ('b', Ridge())]\nfor name, m in models:\n    m.fit(X, y)",
        "models = []\nmodels.append(SVC())\nmodels.append(Ridge())\nfor m in models[:2]:\n    m.fit(X)",
        "models = [SVC()]\nmodels += [Ridge()]\nfor i, m in enumerate(models):\n    m.fit(X, y)",
        "names = ['a', 'b']\nfor n, m in zip(names, [SVC(), Ridge()]):\n    m.fit(X, y)",
        "for M in (SVC, Ridge):\n    m = M()\n    m.fit(X, y)",
        "for name, m in [('a', SVC()), ('b', Ridge())]:\n    m.fit(X, y)",
    ],
)
def test_a_list_of_models_in_a_loop_gives_each(typed, loop):
    assert [cls for cls, _ in fits(typed, loop)] == ["SVC", "Ridge"]


@pytest.mark.parametrize(
    "text",
    [
        "def train(model, X):\n    model.fit(X)\n    return model\nbest = train(SVC(), X)",
        "def train(X, model=None):\n    model.fit(X)\n    return model\nbest = train(X, model=SVC())",
        "def train(X, model=SVC()):\n    return model.fit(X)\nbest = train(X)",
        "def make():\n    return SVC()\nbest = make()\nbest.fit(X)",
        "train = lambda m: m.fit(X)\nbest = train(SVC())",
        "def outer(m):\n    def inner(k):\n        return k.fit(X)\n    return inner(m)\nbest = outer(SVC())",
        "def train(*models):\n    for m in models:\n        m.fit(X)\n    return m\nbest = train(SVC())",
        "def train(**how):\n    return how['m'].fit(X)\nbest = train(m=SVC())",
        "best = SVC()\ndef train():\n    best.fit(X)\ntrain()",
    ],
)
def test_a_function_of_the_notebook_is_followed_where_it_is_called(typed, text):
    assert fits(typed, text) == [("SVC", "best")]


def test_a_fit_inside_a_function_stands_where_it_is_written(typed):
    found = outline(typed(IMPORTS, "def f(m):\n    return m.fit(X)", "f(SVC())"))
    assert str(found.fits[0].place) == "cell 2 line 2"


def test_the_parts_of_a_pipeline_are_known(typed):
    told = outline(
        typed(IMPORTS, "p = Pipeline([('s', StandardScaler()), ('m', SVC())])\np.fit(X)")
    )
    assert [one.cls.rpartition(".")[2] for one in told.fits[0].made.inner] == [
        "StandardScaler",
        "SVC",
    ]


def test_a_class_of_the_notebook_knows_its_bases_also_through_another(typed):
    told = outline(
        typed(
            "import sklearn.base as b",
            "class A(b.BaseEstimator):\n    pass\nclass B(A, Unknown):\n    pass\nm = B()\nm.fit(X)",
        )
    )
    assert told.fits[0].made.bases == ("sklearn.base.BaseEstimator", "?")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("pd.read_csv('a.csv')", "a.csv"),
        ("p = 'data'\npd.read_csv(p + '/a.csv')", "data/a.csv"),
        ("p = 'data'\npd.read_csv(f'{p}/a.csv')", "data/a.csv"),
        ("pd.read_csv(os.path.join('data', 'a.csv'))", "data/a.csv"),
        ("pd.read_csv(Path('data') / 'a.csv')", "data/a.csv"),
        ("pd.read_csv(str(Path('data', 'a.csv')))", "data/a.csv"),
        ("D = {'train': 'a.csv'}\npd.read_csv(D['train'])", "a.csv"),
        ("def load(path):\n    return pd.read_csv(path)\nload('a.csv')", "a.csv"),
    ],
)
def test_paths_are_put_together(typed, text, path):
    told = outline(typed("import os\nimport pandas as pd\nfrom pathlib import Path", text))
    (read,) = [one for one in told.calls if one.name == "pandas.read_csv"]
    assert [one.text for one in read.args[0]] == [path]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("m = SVC().fit(X)", True),
        ("def f(m):\n    m.fit(X)", False),
        ("def f(m):\n    m.fit(X)\nf(SVC())", True),
        ("class A:\n    def go(self):\n        self.m.fit(X)", False),
        ("exec(code)", False),
        ("getattr(m, 'fit')(X)", False),
        ("from anything import *", False),
        ("%run train.py", False),
        ("for in", False),
        ("trained = somewhere(X)", False),
        ("print(len(X))", True),
    ],
)
def test_it_says_whether_more_may_happen_than_it_tells(typed, text, whole):
    assert outline(typed(IMPORTS, "X = 1", text)).whole is whole


@pytest.mark.parametrize(
    "text",
    [
        "def f(n):\n    return f(n)\nf(SVC())",
        "def f(n):\n    return g(n)\ndef g(n):\n    return f(n)\nf(1)",
        "a = []\na.append(a)\nfor x in a:\n    x.fit(X)",
        "d = {}\nd['d'] = d\nd['d']['d'].fit(X)",
        "x = " + "(" * 80 + "1" + ")" * 80,
        "x = " + " + ".join(["a"] * 3000),
        "\n".join(f"def f{n}(x):\n    f{n + 1}(x)\n    f{n + 1}(x)" for n in range(30)) + "\nf0(1)",
    ],
)
def test_knots_and_depths_come_to_an_end(typed, text):
    outline(typed(IMPORTS, text))

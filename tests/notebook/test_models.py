"""Fitted models are found in the text, and packaging is refused early only where it must fail."""

from __future__ import annotations

import pytest

from o16n.errors import UnsupportedModel
from o16n.notebook.models import finding_of, fitted_models, hopeless, refuse_hopeless

IMPORTS = (
    "import pandas as pd\nimport numpy as np\n"
    "from sklearn.cluster import DBSCAN, KMeans\n"
    "from sklearn.linear_model import LogisticRegression\n"
    "from sklearn.pipeline import make_pipeline\n"
    "from sklearn.preprocessing import StandardScaler\n"
)
STATS = "import statsmodels.api as sm\nr = sm.OLS(y, X).fit()"
KERAS = (
    "from tensorflow.keras.models import Sequential\nfrom tensorflow.keras.layers import Dense\n"
    "net = Sequential()\nnet.add(Dense(1))\nnet.compile('adam')\nhistory = net.fit(X, y)"
)
TORCH = (
    "import torch\nimport torch.nn as nn\n"
    "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Linear(3, 1)\n"
    "net = Net()\nloss_of = nn.MSELoss()\nopt = torch.optim.SGD(net.parameters(), lr=0.1)\n"
    "for epoch in range(9):\n    loss = loss_of(net(X), y)\n    loss.backward()\n    opt.step()"
)
BOOSTER = "import xgboost as xgb\nbst = xgb.train({}, xgb.DMatrix(X, y), 10)"
CLUSTERS = "labels = DBSCAN(eps=1).fit_predict(X)"


def shown(notebook):
    return [(one.name, one.chain, one.kind, str(one.place)) for one in fitted_models(notebook)]


def test_models_are_shown_with_what_is_inside_and_transformers_are_not(typed):
    notebook = typed(
        IMPORTS,
        "sc = StandardScaler()\nXs = sc.fit_transform(X)",
        "p = make_pipeline(StandardScaler(), LogisticRegression())\np.fit(X, y)",
        "models = {'k': KMeans()}\nfor m in models.values():\n    m.fit(X)",
        "mystery.fit(X)",
    )
    assert shown(notebook) == [
        ("p", "Pipeline … LogisticRegression", "model", "cell 3 line 2"),
        ("models['k']", "KMeans", "model", "cell 4 line 3"),
        ("mystery", "", "unknown", "cell 5 line 1"),
    ]


def test_a_model_fitted_twice_stands_where_it_was_fitted_last(typed):
    notebook = typed(IMPORTS, "m = KMeans()\nm.fit(X)", "m.fit(X)")
    assert shown(notebook) == [("m", "KMeans", "model", "cell 3 line 1")]


@pytest.mark.parametrize(
    ("cell", "name", "place", "needed"),
    [
        (STATS, "r is a statsmodels.api.OLS", "cell 2 line 2", "scikit-learn's own linear models"),
        (KERAS, "net is a tensorflow.keras.models.Sequential", "cell 2 line 6", "scikeras"),
        (TORCH, "net is a Net (torch.nn.Module)", "cell 2 line 12", "skorch"),
        (BOOSTER, "bst is a xgboost.Booster", "cell 2 line 2", "scikit-learn's own"),
        (CLUSTERS, "what is fitted here is a sklearn.cluster.DBSCAN", "cell 2 line 1", "predict"),
        (
            "from prophet import Prophet\nm = Prophet()\nm.fit(df)",
            "m is a prophet.Prophet",
            "cell 2 line 3",
            "made from the dates",
        ),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_place_and_what_it_needs(
    typed, cell, name, place, needed
):
    with pytest.raises(UnsupportedModel) as refusal:
        refuse_hopeless(typed(IMPORTS, cell))
    assert name in refusal.value.what
    assert refusal.value.where == place
    assert needed in refusal.value.hint
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize(
    "other",
    [
        "m = KMeans().fit(X)",
        "m = unknown_thing\nm.fit(X)",
        "def train(m):\n    m.fit(X)",
        "class Trainer:\n    def go(self):\n        self.m.fit(X)\nTrainer().go()",
        "from mylib import train\nm = train(X)",
        "import joblib\nm = joblib.load('m.joblib')",
        "import pickle\nm = pickle.load(open('m', 'rb'))",
        "from sklearn.model_selection import cross_validate\nc = cross_validate(e, X, y, return_estimator=True)",
        "%run train.py",
        "from train import *",
        "exec(open('train.py').read())",
        "m = getattr(lib, 'fit')(X)",
        "this is no python",
        "m = some_function_of_nowhere(X)",
        "list(map(lambda m: m.fit(X), models))",
        "from scikeras.wrappers import KerasClassifier\nm = KerasClassifier(f).fit(X)",
        "m = (KMeans if small else DBSCAN)().fit(X)",
        "from sklearn.pipeline import Pipeline\nm = Pipeline(steps).fit(X)",
        "class Mine(Unknown):\n    pass\nm = Mine().fit(X)",
        "from . import models",
    ],
)
@pytest.mark.parametrize("bad", [STATS, CLUSTERS], ids=["statsmodels", "clusters"])
def test_a_notebook_that_may_succeed_is_never_refused(typed, bad, other):
    assert hopeless(typed(IMPORTS, "X = y = df = 1", bad, other)) is None
    assert hopeless(typed(IMPORTS, "X = y = df = 1", other, bad)) is None


def test_a_notebook_that_fits_nothing_is_not_refused_here(typed):
    assert hopeless(typed(IMPORTS, "x = 1")) is None
    assert hopeless(typed(IMPORTS, "Xs = StandardScaler().fit_transform(X)")) is None


def test_a_model_of_a_library_that_bundles_hold_is_taken(typed):
    notebook = typed(IMPORTS, "import xgboost as xgb\nm = xgb.XGBClassifier().fit(X, y)")
    assert hopeless(notebook) is not None
    allowed = ["xgboost.sklearn.XGBClassifier", "sklearn.svm._classes.SVC"]
    assert hopeless(notebook, allowed) is None
    assert fitted_models(notebook, allowed)[0].kind == "model"


def test_beside_a_supported_model_it_is_a_warning(typed):
    (model,) = [m for m in fitted_models(typed(IMPORTS, STATS)) if m.kind == "unsupported"]
    assert finding_of(model, certain=False).severity == "warning"
    assert finding_of(model, certain=True).severity == "error"

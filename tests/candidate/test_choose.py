"""Which model, X and y a notebook is about: told right, asked, or refused; never guessed."""

from __future__ import annotations

import numpy as np
import pytest

from o16n.candidate.choose import choose
from o16n.errors import AmbiguousCandidate, NotebookError, UnknownName, UnsupportedModel

DATA = """
    import numpy as np, pandas as pd
    from sklearn.linear_model import LogisticRegression, LinearRegression, Ridge
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.preprocessing import StandardScaler, LabelEncoder
    from sklearn.model_selection import train_test_split
    from sklearn.metrics import accuracy_score
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"age": rng.integers(18, 90, 200), "income": rng.normal(50, 9, 200)})
    df["bought"] = np.where(df.age + df.income + rng.normal(0, 9, 200) > 100, "yes", "no")
    df.to_csv("people.csv", index=False)
"""
READ = """
    df = pd.read_csv("people.csv")
    X, y = df[["age", "income"]], df["bought"]
"""
SPLIT = """
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
"""


def chosen(lived, *cells, **how):
    return choose(*lived(DATA, *cells), **how)


def test_the_only_model_with_its_split(lived):
    found = chosen(
        lived, READ, SPLIT, "clf = LogisticRegression().fit(X_train, y_train)\nclf.predict(X_test)"
    )
    assert (found.name, found.train.name, found.test.name) == ("clf", "X_train", "X_test")
    assert (found.test.target_name, found.task, found.target) == ("y_test", "binary", "bought")
    assert found.recipe.state == "proven"
    assert found.proof.matched == 200


def test_the_saved_one_among_several(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        import pickle
        from pathlib import Path
        a = LogisticRegression().fit(X_train, y_train)
        b = RandomForestClassifier(n_estimators=5, random_state=0).fit(X_train, y_train)
        with Path("a.pkl").open("wb") as file:
            pickle.dump(a, file)
        """,
    )
    assert found.name == "a"
    assert "saves it" in found.reasons[0].statement


def test_of_two_saved_ones_the_one_named_best(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        import joblib
        best_model = LogisticRegression().fit(X_train, y_train)
        other = RandomForestClassifier(n_estimators=5, random_state=0).fit(X_train, y_train)
        final_but_unsaved = Ridge().fit(X_train, y_train == "yes")
        joblib.dump(best_model, "a.joblib"); joblib.dump(other, "b.joblib")
        """,
    )
    assert found.name == "best_model"


def test_several_that_nothing_tells_apart_are_refused_with_the_option_to_type(lived):
    with pytest.raises(
        AmbiguousCandidate, match=r"a \(LogisticRegression\).*b \(RandomForest.*--model"
    ):
        chosen(
            lived,
            READ,
            SPLIT,
            """
            a = LogisticRegression().fit(X_train, y_train)
            b = RandomForestClassifier(n_estimators=5, random_state=0).fit(X_train, y_train)
            """,
        )


def test_a_person_who_can_be_asked_is_asked(lived):
    asked = []

    def ask(question, choices):
        asked.append((question, tuple(choices)))
        return 1

    cell = """
    a = LogisticRegression().fit(X_train, y_train)
    b = RandomForestClassifier(n_estimators=5, random_state=0).fit(X_train, y_train)
    """
    found = chosen(lived, READ, SPLIT, cell, ask=ask)
    assert found.name == "b"
    assert len(asked[0][1]) == 2
    assert "because you said so" in found.reasons[0].statement


def test_models_of_a_dict_fitted_in_a_loop_are_named_by_their_key(lived):
    cell = """
    models = {"lr": LogisticRegression(), "rf": RandomForestClassifier(n_estimators=5, random_state=0)}
    for name, model in models.items():
        model.fit(X_train, y_train)
        print(name, accuracy_score(y_test, model.predict(X_test)))
    """
    found = chosen(lived, READ, SPLIT, cell)
    assert (found.name, found.proposed, found.instead) == ("models['lr']", True, ("models['rf']",))
    assert "which the notebook printed, is the best of 2 (2 fitted)" in found.reasons[0].statement
    found = chosen(lived, READ, SPLIT, cell, model='models["rf"]')
    assert (found.name, found.train.name, found.test.name) == ("models['rf']", "X_train", "X_test")


def test_a_fit_written_with_expressions_finds_its_data(lived):
    found = chosen(
        lived,
        "df = pd.read_csv('people.csv')",
        "train, test = train_test_split(df, random_state=0)",
        """
        m = LogisticRegression()
        m.fit(train[["age", "income"]], train["bought"])
        print(accuracy_score(test["bought"], m.predict(test[["age", "income"]])))
        """,
    )
    assert found.train.name == "train[['age', 'income']]"
    assert found.test.target_name == "test['bought']"
    assert len(found.test.X) == 50
    assert found.recipe.state == "proven"


def test_fitted_on_values_and_tried_on_values(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        m = LogisticRegression().fit(X_train.values, y_train.values)
        m.score(X_test.values, y_test.values)
        """,
    )
    assert (found.train.name, found.test.name) == ("X_train.values", "X_test.values")
    assert found.target == "bought"


def test_the_scaled_matrix_belongs_to_the_model_that_was_fitted_on_it(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        sc = StandardScaler()
        X_train_scaled = sc.fit_transform(X_train)
        X_test_scaled = sc.transform(X_test)
        m = LogisticRegression().fit(X_train_scaled, y_train)
        """,
    )
    assert (found.train.name, found.test.name) == ("X_train_scaled", "X_test_scaled")
    assert found.recipe.state == "missing"
    assert [one.text for one in found.recipe.preparation][-1].startswith("X_train_scaled =")


def test_scaled_while_predicting(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        sc = StandardScaler().fit(X_train)
        m = LogisticRegression().fit(sc.transform(X_train), y_train)
        pred = m.predict(sc.transform(X_test))
        print(accuracy_score(y_test, pred))
        """,
    )
    assert found.test.name == "sc.transform(X_test)"
    assert found.test.target_name == "y_test"
    assert found.recipe.state == "missing"


def test_a_function_that_fits_and_returns_the_model(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        def train(features, target, C=1.0):
            clf = LogisticRegression(C=C)
            clf.fit(features, target)
            return clf
        def report(model, features, target):
            print(accuracy_score(target, model.predict(features)))
        """,
        "model = train(X_train, y_train)\nreport(model, X_test, y_test)",
    )
    assert (found.name, found.train.name, found.train.target_name) == (
        "model",
        "X_train",
        "y_train",
    )
    assert (found.test.name, found.test.target_name) == ("X_test", "y_test")


def test_a_local_of_a_function_is_not_taken_for_a_global_of_the_same_name(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        Z = X_test
        def train(features, target):
            Z = features * 2.0
            clf = LogisticRegression().fit(Z, target)
            return clf
        model = train(X_train, y_train)
        """,
    )
    # the doubled matrix is gone with the function: only the split is left as evidence
    assert found.train.name == "X_train"


def test_a_column_as_a_table_is_a_target(lived):
    found = chosen(
        lived,
        "df = pd.read_csv('people.csv')\nX, y = df[['age', 'income']], df[['bought']]",
        SPLIT,
        "m = RandomForestClassifier(n_estimators=5, random_state=0).fit(X_train, y_train.values.ravel())",
    )
    assert found.train.y.ndim == 1
    assert found.test.y.ndim == 1


def test_data_bound_anew_since_the_fit_is_split_again_where_the_seed_is_known(lived):
    fit = "m = LogisticRegression().fit(X_train, y_train)"
    found = chosen(lived, READ, SPLIT, fit, "y_train = y_train[:10]")
    assert len(found.train.y) == len(found.train.X) == 150
    found = chosen(lived, READ, SPLIT, fit, SPLIT.replace("=0", "=7"), "X_test = X_test[:5]")
    assert found.train.X.index.equals(chosen(lived, READ, SPLIT, fit).train.X.index)
    assert len(found.test.X) == 50


def test_data_that_changed_since_the_fit_is_refused_with_the_cell(lived):
    unseeded = "X_train, X_test, y_train, y_test = train_test_split(X, y)"
    fit = "m = LogisticRegression().fit(X_train, y_train)"
    for later in ("y_train = y_train[:10]", "X_train = X_train * 2", "X_train['age'] = 0"):
        with pytest.raises(AmbiguousCandidate, match=r"cell 4 line 1.*bound anew in cell 5 line 1"):
            chosen(lived, READ, unseeded, fit, later)
    assert chosen(lived, READ, unseeded, fit, "X = 1\ny_train.name = None").test is not None


def test_a_neighbour_model_remembers_its_rows_and_refuses_another_split(lived):
    cell = """
    from sklearn.neighbors import KNeighborsClassifier
    m = KNeighborsClassifier().fit(X_train, y_train)
    """
    again = "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5)"
    assert (
        len(chosen(lived, READ, SPLIT, cell, again).train.X) == 150
    )  # the seed makes it once more
    unseeded = "X_train, X_test, y_train, y_test = train_test_split(X, y)"
    with pytest.raises(AmbiguousCandidate, match="--data"):
        chosen(lived, READ, unseeded, cell, again)


def test_a_coded_target_is_traced_to_its_raw_column(lived):
    found = chosen(
        lived,
        """
        df = pd.read_csv("people.csv")
        X, y = df[["age", "income"]], LabelEncoder().fit_transform(df["bought"])
        """,
        SPLIT,
        "m = LogisticRegression().fit(X_train, y_train)",
    )
    assert found.target == "bought"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"model": "cfl"}, "did you mean clf"),
        ({"model": "X_train"}, "X_train is a DataFrame, not a fitted model"),
        ({"data": "X_trian"}, "did you mean X_train"),
        ({"target": "bougth"}, "did you mean bought"),
        ({"positive": "maybe"}, "unknown class 'maybe'"),
    ],
)
def test_a_wrong_option_says_what_would_be_right(lived, how, message):
    with pytest.raises((UnknownName, NotebookError), match=message):
        chosen(lived, READ, SPLIT, "clf = LogisticRegression().fit(X_train, y_train)", **how)


def test_the_positive_class_may_be_named(lived):
    cell = "clf = LogisticRegression().fit(X_train, y_train)"
    assert chosen(lived, READ, SPLIT, cell, positive="no").positive == "no"
    assert chosen(lived, READ, SPLIT, cell).positive == "yes"


@pytest.mark.parametrize(
    ("cell", "task"),
    [
        ("m = LogisticRegression().fit(X, y)", "binary"),
        ("m = LogisticRegression().fit(X, df.age // 30)", "multiclass"),
        ("m = LinearRegression().fit(X, df.income * 2)", "regression"),
        ("from sklearn.ensemble import IsolationForest\nm = IsolationForest().fit(X)", "anomaly"),
        ("from sklearn.cluster import KMeans\nm = KMeans(3, n_init=1).fit(X)", "clustering"),
    ],
)
def test_the_task_goes_by_the_model_and_its_classes(lived, cell, task):
    found = chosen(lived, READ, cell)
    assert found.task == task
    assert found.test is None


def test_several_targets_at_once_are_refused(lived):
    cell = """
    m = RandomForestClassifier(n_estimators=5).fit(X, np.c_[df.age > 50, df.income > 50])
    """
    with pytest.raises(UnsupportedModel, match="2 targets at once"):
        chosen(lived, READ, cell)


@pytest.mark.parametrize(
    ("cell", "error", "message"),
    [
        (
            "from sklearn.cluster import DBSCAN\nm = DBSCAN().fit(X)",
            UnsupportedModel,
            "clusters but cannot predict",
        ),
        ("m = LogisticRegression()", NotebookError, "no fitted model is left"),
        (
            "m = LogisticRegression().fit(X, y)\nm = LogisticRegression(C=2)",
            NotebookError,
            "cell 3 line 1: m was fitted and bound anew since",
        ),
        (
            "def f():\n    LogisticRegression().fit(X, y)\nf()",
            NotebookError,
            "no fitted model is left",
        ),
    ],
)
def test_nothing_to_package_is_said_with_what_would_help(lived, cell, error, message):
    with pytest.raises(error, match=message):
        chosen(lived, READ, cell)


def test_parts_inside_a_pipeline_or_a_search_are_not_models_of_their_own(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        from sklearn.pipeline import make_pipeline
        from sklearn.model_selection import GridSearchCV
        clf = LogisticRegression()
        search = GridSearchCV(make_pipeline(StandardScaler(), clf), {"logisticregression__C": [1, 9]})
        search.fit(X_train, y_train)
        """,
    )
    assert found.name == "search"
    assert found.recipe.state == "proven"


def test_a_frame_that_was_read_but_prepared_in_place_names_the_cells(lived):
    found = chosen(
        lived,
        "df = pd.read_csv('people.csv')",
        "df['age'] = (df['age'] - df['age'].mean()) / df['age'].std()",
        "X, y = df[['age', 'income']], df['bought']",
        "m = LogisticRegression().fit(X, y)",
    )
    assert found.recipe.state == "missing"
    assert [one.cell for one in found.recipe.preparation] == [3]
    assert "cell 3" in found.recipe.reason


def test_raw_data_without_preparation_that_does_not_match_is_said_so(lived):
    found = chosen(
        lived,
        "raw = pd.read_csv('people.csv')",
        "X = np.random.default_rng(1).normal(size=(200, 2)); y = raw.bought",
        "m = LogisticRegression().fit(X, y)",
    )
    assert found.recipe.state == "missing"
    assert "random" in found.recipe.preparation[0].text


def test_choosing_changes_no_name_and_no_value(lived):
    namespace, notebook = lived(DATA, READ, SPLIT, "m = LogisticRegression().fit(X_train, y_train)")
    before, values = dict(namespace), namespace["X_train"].copy()
    state = np.random.get_state()[1].copy()  # noqa: NPY002 - the person's legacy state
    choose(namespace, notebook)
    assert namespace.keys() == before.keys()
    assert all(namespace[name] is before[name] for name in before)
    assert namespace["X_train"].equals(values)
    assert (np.random.get_state()[1] == state).all()  # noqa: NPY002


def test_the_last_model_of_a_loop_is_refused_also_where_it_is_the_only_one(lived):
    cell = """
    for depth in (1, 2, 3):
        m = RandomForestClassifier(n_estimators=3, max_depth=depth, random_state=0)
        m.fit(X_train, y_train)
        print(depth, m.score(X_test, y_test))
    """
    with pytest.raises(AmbiguousCandidate, match=r"cell 4 line 4: m is fitted again in each round"):
        chosen(lived, READ, SPLIT, cell)
    assert chosen(lived, READ, SPLIT, cell, model="m").model.max_depth == 3
    again = "m = RandomForestClassifier(n_estimators=3, random_state=0).fit(X_train, y_train)"
    assert chosen(lived, READ, SPLIT, cell, again).name == "m"


def test_the_best_of_a_loop_kept_under_its_own_name_is_taken(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        best_score, best_model = 0, None
        for depth in (1, 2, 3):
            m = RandomForestClassifier(n_estimators=3, max_depth=depth, random_state=0)
            m.fit(X_train, y_train)
            if m.score(X_test, y_test) >= best_score:
                best_score, best_model = m.score(X_test, y_test), m
        """,
    )
    assert found.name == "best_model"


def test_the_saved_best_estimator_is_packaged_and_not_its_search(lived):
    found = chosen(
        lived,
        READ,
        SPLIT,
        """
        from sklearn.model_selection import GridSearchCV
        import joblib
        grid = GridSearchCV(LogisticRegression(), {"C": [1, 9]}).fit(X_train, y_train)
        winner = grid.best_estimator_
        joblib.dump(winner, "w.joblib")
        """,
    )
    assert found.name == "winner"
    assert type(found.model).__name__ == "LogisticRegression"
    assert found.train.name == "X_train"


def test_a_notebook_that_only_prepares_is_told_so(lived):
    cell = "scaler = StandardScaler()\nscaler.fit(X_train)"
    with pytest.raises(NotebookError, match=r"cell 4 line 2: .*fits no model: scaler \(StandardS"):
        chosen(lived, READ, SPLIT, cell)

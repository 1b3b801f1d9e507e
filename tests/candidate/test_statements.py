"""What people's cells say about models and data is read from their text, wherever it stands."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.candidate.since import changes
from o16n.candidate.statements import (
    fits,
    fitted_in_loop,
    loop_names,
    predictions,
    preparing,
    root,
    saves,
    splits,
    statements,
)
from o16n.notebook.notebook import Place
from o16n.notebook.read import from_history


def read(*cells):
    return statements(from_history(["", *cells]))


def bound(text):
    (one,) = read(text)
    return one.loads, one.binds


@pytest.mark.parametrize(
    ("text", "loads", "binds"),
    [
        ("x = y", "y", "x"),
        ("a, (b, *c) = d", "d", "a b c"),
        ("df['c'] = other", "df other", "df"),
        ("df.loc[m, 'c'] = 0", "df m", "df"),
        ("df.columns = names", "df names", "df"),
        ("df['a'].values[0] = 1", "df", "df"),
        ("del df['c']", "df", "df"),
        ("df.drop('c', axis=1, inplace=True)", "df", "df"),
        ("df['c'].fillna(0, inplace=True)", "df", "df"),
        ("df.head()", "df", ""),
        ("x += y", "y", "x"),
        ("(n := len(z))", "len z", "n"),
        ("print(f'{a}')", "print a", ""),
    ],
)
def test_a_statement_reads_and_binds_names(text, loads, binds):
    assert bound(text) == (set(loads.split()), set(binds.split()))


ENDS = st.sampled_from([".b", "[0]", "()", "['k']", ".fit(X)[1:]"])


@given(st.lists(ENDS, max_size=5))
def test_the_root_of_a_chain_is_the_name_it_starts_with(ends):
    assert root(ast.parse("name" + "".join(ends), mode="eval").body) == "name"
    assert root(ast.parse("(a + b)" + "".join(ends), mode="eval").body) == ""


FIT = "m.fit(X, y)"


@pytest.mark.parametrize(
    "cell",
    [
        FIT,
        f"if ready:\n    {FIT}",
        f"if ready:\n    pass\nelif more:\n    {FIT}\nelse:\n    pass",
        f"for _ in range(3):\n    {FIT}",
        f"while True:\n    {FIT}\n    break",
        f"with timer():\n    {FIT}",
        f"try:\n    {FIT}\nfinally:\n    pass",
        f"try:\n    pass\nexcept ValueError:\n    {FIT}",
        f"try:\n    pass\nexcept ValueError:\n    pass\nelse:\n    {FIT}",
        f"match kind:\n    case 'a':\n        {FIT}",
        f"%%time\n{FIT}",
        f"%time {FIT}",
        f"!pip install x\n{FIT}",
        f"def train(m, X, y):\n    {FIT}\ntrain(m, X, y)",
        f"def inner(m, X, y):\n    {FIT}\ndef outer(a, b, c):\n    inner(a, b, c)\nouter(m, X, y)",
        f"def train(m, *, X=None, y=None):\n    if m:\n        {FIT}\nmodel = train(m, X=X, y=y)",
    ],
)
def test_a_fit_is_found_wherever_it_stands(cell):
    assert [one[:3] for one in fits(read("x = 1", cell))] == [("m", "X", "y")]


def test_a_fit_stands_where_the_cell_has_it_and_an_opened_one_where_it_is_called():
    cells = ("def train(m):\n    m.fit(X)", "a = 1\ntrain(k)", "\n\nm.fit(X)")
    assert [(owner, str(place)) for owner, *_, place in fits(read(*cells))] == [
        ("k", "cell 2 line 2"),
        ("m", "cell 3 line 3"),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("m.fit(X_train, y_train)", ("m", "X_train", "y_train")),
        ("m = SVC().fit(X=X, y=y)", ("m", "X", "y")),
        ("models['a'].fit(df[cols], df['y'])", ("models", "df[cols]", "df['y']")),
        ("labels = KMeans(3).fit_predict(X)", ("labels", "X", "")),
        ("SVC().fit(X, y)", ("", "X", "y")),
        ("make_pipeline(a, b).fit(X.drop(columns='y'), y)", ("", "X.drop(columns='y')", "y")),
    ],
)
def test_a_fit_says_whose_and_on_what(text, told):
    assert [one[:3] for one in fits(read(text))] == [told]


def test_a_function_s_locals_are_no_globals_and_what_it_returns_has_the_caller_s_name():
    cells = (
        "def train(data, label='y'):\n    m = SVC()\n    X = data.drop(columns=label)\n    m.fit(X, data[label])\n    return m",
        "best = train(df)",
    )
    (found,) = fits(read(*cells))
    assert found[0] == "best"
    assert found[1] not in ("X", "df")
    assert found[2] == "df['y']"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["m.predict(X_test)"], ("m", "X_test", "")),
        (["m.score(X_test, y_test)"], ("m", "X_test", "y_test")),
        (["accuracy_score(y_test, m.predict(X_test))"], ("m", "X_test", "y_test")),
        (["p = m.predict(X_test)", "print(accuracy_score(y_test, p))"], ("m", "X_test", "y_test")),
        (
            ["p = m.predict_proba(X_test)[:, 1]", "roc_auc_score(y_test, p)"],
            ("m", "X_test", "y_test"),
        ),
        (["p = m.predict(X_test)", "accuracy_score(p, y_test)"], ("m", "X_test", "y_test")),
        (["p = m.predict(X_test)", "p = 3", "accuracy_score(y_test, p)"], ("m", "X_test", "")),
        (["models['a'].predict(X=X_test)"], ("models", "X_test", "")),
    ],
)
def test_a_prediction_says_whose_on_what_and_with_what_it_is_compared(cells, told):
    assert [one[:3] for one in predictions(read(*cells))] == [told]


def test_a_split_names_its_parts():
    text = "X_train, X_test, y_train, y_test = train_test_split(X, y)\npair = train_test_split(X)"
    assert [names for names, _ in splits(read(text))] == [
        ["X_train", "X_test", "y_train", "y_test"],
        ["pair"],
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("joblib.dump(m, 'm.pkl')", ["m"]),
        ("pickle.dump(obj=m, file=f)", ["m"]),
        ("dump({'model': m, 'scaler': s}, 'x')", ["m", "s"]),
        ("pickle.dumps([m, s])", ["m", "s"]),
        ("bst.save_model('x.json')", ["bst"]),
        (
            "with open('m', 'wb') as fh:\n    pickle.dump(g.best_estimator_, fh)",
            ["g.best_estimator_"],
        ),
        ("np.save('x', X)", ["'x'"]),
    ],
)
def test_what_an_author_saves_is_told_by_its_expression(text, names):
    assert list(saves(read(text))) == names


def test_the_last_save_counts():
    assert str(saves(read("dump(m, 'a')", "dump(m, 'b')"))["m"]) == "cell 2 line 1"


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        (["for m in models:\n    m.fit(X, y)"], "cell 1 line 2"),
        (["for m in models:\n    m.fit(X, y)", "m = SVC().fit(X, y)"], None),
        (["m = SVC()\nfor _ in range(3):\n    m.fit(X, y)"], None),
        (["m.fit(X, y)"], None),
        (["for p in grid:\n    m = SVC(C=p)\n    m.fit(X, y)"], "cell 1 line 3"),
    ],
)
def test_a_model_that_each_round_makes_anew_is_told(cells, place):
    found = fitted_in_loop(read(*cells), "m")
    assert (str(found) if found else None) == place


def test_loops_and_comprehensions_bind_names():
    text = "for a, (b, c) in x:\n    d = 1\n[e for e in x]\nwhile f:\n    pass"
    assert loop_names(from_history(["", text])) == {"a", "b", "c", "e"}


WAY = [
    "import pandas as pd\ndf = pd.read_csv('a.csv')",
    "print(df.head())\ndf.info()\ncols = ['a', 'b']",
    "df['a'] = df['a'].fillna(0)\nother = 3 * 4",
    "d = pd.get_dummies(df)\nX = d[cols]",
    "X_train, X_test = train_test_split(X)",
]


def test_what_lies_between_the_read_and_the_model_s_input_is_told():
    found = preparing(read(*WAY), "X_train", Place(cell=1, line=2))
    assert [str(one.place) for one in found] == ["cell 3 line 1", "cell 4 line 1"]


def test_columns_named_and_rows_split_prepare_nothing():
    cells = (WAY[0], "X = df[['a']]\ny = df['b']\ndata = X", WAY[4])
    assert preparing(read(*cells), "X_train", None) == []


def test_a_cell_that_is_no_python_says_nothing():
    assert read("for in", "x = 1")[0].text == "x = 1"
    assert len(read("for in", "x = 1")) == 1


HEADS = """
for train, test in kf.split(X):
    pass
with open(p, 'wb') as f, lock:
    g = 1
if model.fit(X, y).score(X_test, y_test) > 0.8:
    pass
elif m.predict(V)[0]:
    pass
while fits(a): a = next(b)
match kinds(k):
    case 1: j = 4
try:
    h = 2
except E:
    i = 3
"""


def test_the_heads_of_compound_statements_are_statements_with_nothing_in_them():
    found = read(HEADS.lstrip())
    told = {one.place.line: (one.loads, one.binds) for one in found if not one.text.startswith("p")}
    assert told == {
        1: ({"kf", "X"}, {"train", "test"}),
        3: ({"open", "p", "lock"}, {"f"}),
        4: (set(), {"g"}),
        5: ({"model", "X", "y", "X_test", "y_test"}, set()),
        7: ({"m", "V"}, set()),
        9: ({"next", "b"}, {"a"}),
        10: ({"kinds", "k"}, set()),
        11: (set(), {"j"}),
        13: (set(), {"h"}),
        15: (set(), {"i"}),
    }


def test_what_the_head_of_a_branch_fits_and_tries_is_seen():
    found = read("if model.fit(X, y).score(X_test, y_test) > 0.8:\n    model.predict(Z)")
    assert [one[:3] for one in fits(found)] == [("model", "X", "y")]
    assert [one[:3] for one in predictions(found)] == [
        ("model", "X_test", "y_test"),
        ("model", "Z", ""),
    ]


def test_a_loop_that_binds_a_name_changes_it():
    found = read("X = load()", "for X in parts:\n    show(X)")
    assert [one.place.cell for one in found if changes(one, "X", None)] == [1, 2]

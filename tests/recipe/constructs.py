"""Ways people prepare data, each with what must become of it, written down before it was tried.

`proven`: replay gives the notebook's own inputs, in bulk and alone; `refused`: the recipe says which
line makes it impossible; `either`: both are right, a wrong number is not. Code runs between HEAD,
which reads `df`, and TAIL, which takes the numeric columns, splits, fits and predicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 240
HEAD = """import re
import numpy as np
import pandas as pd
from sklearn.preprocessing import *
from sklearn.impute import SimpleImputer, KNNImputer
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, f_classif, VarianceThreshold
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import train_test_split, StratifiedShuffleSplit, KFold
df = pd.read_csv({path!r})
"""
TAIL = """X = df[[c for c in df.columns if c != 'y' and df[c].dtype.kind in 'iufb']]
y = df['y']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
m = HistGradientBoostingClassifier(max_iter=3, random_state=0).fit(X_train, y_train)
p = m.predict(X_test)
"""


@dataclass(frozen=True, kw_only=True)
class Construct:
    """One way to prepare data; `tail` replaces what follows it, `row_wise` says that each row stands alone."""

    name: str
    code: str
    expected: str
    tail: str = TAIL
    row_wise: bool = False


def raw_rows(seed: int = 0) -> pd.DataFrame:
    """Return rows such as people have: gaps, rare levels, texts, dates, flags."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 12, ROWS).round(1),
            "fare": rng.lognormal(2, 1, ROWS).round(2),
            "pclass": rng.integers(1, 4, ROWS),
            "rooms": rng.integers(1, 9, ROWS),
            "sex": rng.choice(["male", "female"], ROWS),
            "town": rng.choice(["S", "C", "Q"], ROWS, p=[0.7, 0.2, 0.1]),
            "cabin": rng.choice(["C85", "E46", "B42", "G6"], ROWS),
            "name": [
                f"{rng.choice(['Braund', 'Heikkinen', 'Moran'])}, {rng.choice(['Mr', 'Mrs', 'Miss'])}. X"
                for _ in range(ROWS)
            ],
            "day": pd.date_range("2021-01-01", periods=ROWS).strftime("%Y-%m-%d"),
            "took": rng.choice(["1h 5m", "2h", "30m"], ROWS),
            "price": rng.choice(["1,200", "950", "12,400"], ROWS),
            "grade": rng.choice(["low", "mid", "high"], ROWS),
            "y": rng.integers(0, 2, ROWS),
        }
    )
    frame.loc[rng.random(ROWS) < 0.15, "age"] = np.nan
    frame.loc[rng.random(ROWS) < 0.05, "town"] = np.nan
    frame.loc[rng.random(ROWS) < 0.6, "cabin"] = np.nan
    return frame


def cells(construct: Construct, path: Path) -> list[str]:
    """Return the three cells of a notebook that holds the construct."""
    return [HEAD.format(path=str(path)), construct.code, construct.tail]


def _all(expected: str, told: dict[str, str], *, row_wise: bool = False) -> list[Construct]:
    return [
        Construct(name=name, code=code, expected=expected, row_wise=row_wise)
        for name, code in told.items()
    ]


ROW_WISE = _all(
    "proven",
    {
        "title from the name": "df['title'] = df['name'].str.extract(r', (\\w+)\\.', expand=False)\ndf['title'] = df['title'].map({'Mr': 0, 'Mrs': 1, 'Miss': 2})",
        "deck is the first letter of the cabin": "df['deck'] = df['cabin'].str[0].map({'C': 1, 'E': 2, 'B': 3, 'G': 4}).fillna(0)",
        "has a cabin": "df['has_cabin'] = df['cabin'].notnull().astype(int)",
        "has a cabin by apply": "df['has_cabin'] = df['cabin'].apply(lambda v: 0 if type(v) == float else 1)",
        "price with a thousands comma": "df['price'] = df['price'].str.replace(',', '').astype(float)",
        "price by a function": "def to_number(text):\n    return float(text.replace(',', ''))\ndf['price'] = df['price'].apply(to_number)",
        "minutes by a regular expression": "def minutes(text):\n    h = re.search(r'(\\d+)h', text)\n    m = re.search(r'(\\d+)m', text)\n    return (int(h.group(1)) * 60 if h else 0) + (int(m.group(1)) if m else 0)\ndf['took'] = df['took'].map(minutes)",
        "minutes by split in a row loop": "took = list(df['took'])\nfor i in range(len(took)):\n    if len(took[i].split()) != 2:\n        if 'h' in took[i]:\n            took[i] = took[i].strip() + ' 0m'\n        else:\n            took[i] = '0h ' + took[i]\nhours = []\nfor i in range(len(took)):\n    hours.append(int(took[i].split('h')[0]))\ndf['hours'] = hours",
        "month and weekday": "df['day'] = pd.to_datetime(df['day'])\ndf['month'] = df['day'].dt.month\ndf['weekday'] = df.day.dt.dayofweek",
        "day by format": "df['d'] = pd.to_datetime(df['day'], format='%Y-%m-%d').dt.day",
        "sex by replace": "df['sex'] = df['sex'].replace({'male': 0, 'female': 1}).astype(int)",
        "sex by map": "df['sex'] = df['sex'].map({'male': 0, 'female': 1})",
        "sex by loc": "df.loc[df['sex'] == 'male', 's'] = 0\ndf.loc[df['sex'] == 'female', 's'] = 1",
        "grades in order": "order = {'low': 0, 'mid': 1, 'high': 2}\ndf['grade'] = [order[g] for g in df['grade']]",
        "grades by a zip comprehension": "df['g'] = [len(a) + b for a, b in zip(df['grade'], df['rooms'])]",
        "conditions by np.where": "df['child'] = np.where(df['age'] < 16, 1, 0)\ndf['old'] = np.where((df['age'] > 60) & (df['sex'] == 'male'), 1, 0)",
        "conditions by np.select": "df['band'] = np.select([df.fare < 5, df.fare < 20], [0, 1], default=2)",
        "age by given edges": "df['age'] = pd.cut(df['age'], [0, 16, 30, 60, 120], labels=False)",
        "age by given edges and labels": "df['age_group'] = pd.cut(df['age'], bins=[0, 18, 35, 60, 100], labels=['c', 'y', 'm', 's'])\ndf['age_group'] = df['age_group'].map({'c': 0, 'y': 1, 'm': 2, 's': 3}).astype(float)",
        "log of the fare": "df['fare'] = np.log1p(df['fare'])",
        "ratio and sum of columns": "df['per_room'] = df['fare'] / df['rooms']\ndf['sum'] = df[['fare', 'rooms']].sum(axis=1)",
        "row function over several columns": "def f(row):\n    if row['pclass'] == 1 and row['sex'] == 'female':\n        return 2\n    return 1 if row['fare'] > 30 else 0\ndf['rank_of'] = df.apply(f, axis=1)",
        "rename and drop": "df.rename(columns={'fare': 'Fare'}, inplace=True)\ndf.drop(['name', 'cabin'], axis=1, inplace=True)",
        "columns by list": "df.columns = [c.upper() if c != 'y' else c for c in df.columns]",
        "columns by str methods": "df.columns = df.columns.str.strip().str.lower().str.replace(' ', '_')",
        "text lengths": "df['n'] = df['name'].str.len()\ndf['words'] = df['name'].str.split().str.len()",
        "text contains": "df['mrs'] = df['name'].str.contains('Mrs').astype(int)",
        "flags by comparison": "df['is_first'] = (df['pclass'] == 1) * 1",
        "fill with a constant": "df['age'] = df['age'].fillna(-1)\ndf['town'] = df['town'].fillna('unknown')",
        "clip to limits": "df['fare'] = df['fare'].clip(0, 50)",
        "astype": "df['pclass'] = df['pclass'].astype(float)",
        "to numpy and back": "Z = df[['fare', 'rooms']].values\nZ = Z * 2 + 1\ndf['z'] = Z[:, 0]",
        "assign with lambdas": "df = df.assign(a=lambda d: d['fare'] * 2, b=lambda d: d['a'] + d['rooms'])",
        "pipe": "def prep(d, k):\n    d = d.copy()\n    d['fare'] = d['fare'] * k\n    return d\ndf = df.pipe(prep, 3)",
        "iterrows with at": "df['k'] = 0\nfor i, row in df.iterrows():\n    df.at[i, 'k'] = row['rooms'] + row['pclass']",
        "vectorised comparison chain": "df['mid'] = df['fare'].between(5, 20).astype(int)",
        "isin": "df['big'] = df['town'].isin(['S', 'C']).astype(int)",
        "dict comprehension for a frame": "df = pd.DataFrame({c: df[c] for c in ['fare', 'rooms', 'pclass', 'y']})",
        "loop over columns with a function": "def fix(col):\n    return col.str.upper().map({'MALE': 1, 'FEMALE': 0})\nfor c in ['sex']:\n    df[c] = fix(df[c])",
        "while over columns": "todo = ['fare', 'rooms']\nwhile todo:\n    c = todo.pop()\n    df[c] = df[c] + 1",
        "a class that cleans": "class Cleaner:\n    def __init__(self, k):\n        self.k = k\n    def clean(self, d):\n        d = d.copy()\n        d['fare'] = d['fare'] * self.k\n        return d\ndf = Cleaner(2).clean(df)",
        "row loop inside a function": "def lengths(d):\n    out = []\n    for i in range(len(d)):\n        out.append(len(d['took'][i]))\n    d['n'] = out\n    return d\ndf = lengths(df)",
        "swap by tuple assignment": "df['a'], df['b'] = df['fare'] * 2, df['rooms'] + 1",
        "augmented assignment": "df['fare'] += 1\ndf['rooms'] *= 2",
        "polynomial by hand": "for k in (2, 3):\n    df[f'fare_{k}'] = df['fare'] ** k",
        "insert a column": "df.insert(1, 'twice', df['fare'] * 2)",
        "pop a column": "y = df.pop('y')\ndf['y'] = y",
        "stack columns by np.c_": "extra = np.c_[df['fare'], df['rooms']]\ndf['e'] = extra.sum(axis=1)",
        "select by regular expression": "df = df.filter(regex='^(fare|rooms|pclass|y)$')",
        "binarizer": "df[['fare']] = Binarizer(threshold=10).fit_transform(df[['fare']])",
    },
    row_wise=True,
)  # fmt: skip

LEARNED = _all(
    "proven",
    {
        "fill with the median": "df['age'] = df['age'].fillna(df['age'].median())",
        "fill with the mode": "df['town'] = df['town'].fillna(df['town'].mode()[0])\ndf = pd.get_dummies(df, columns=['town'])",
        "fill every numeric column": "for c in df.select_dtypes(include='number').columns:\n    df[c] = df[c].fillna(df[c].mean())",
        "fill by group": "df['age'] = df['age'].fillna(df.groupby('pclass')['age'].transform('median'))",
        "mean of the group": "df['g'] = df['pclass'].map(df.groupby('pclass')['fare'].mean())",
        "standardise by hand": "df['fare'] = (df['fare'] - df['fare'].mean()) / df['fare'].std()",
        "min and max by apply": "df[['fare', 'rooms']] = df[['fare', 'rooms']].apply(lambda s: (s - s.min()) / (s.max() - s.min()))",
        "outliers by quartiles": "q1, q3 = df['fare'].quantile(0.25), df['fare'].quantile(0.75)\ndf = df[(df['fare'] < q3 + 1.5 * (q3 - q1))]",
        "outliers by z score": "z = np.abs((df['fare'] - df['fare'].mean()) / df['fare'].std())\ndf = df[z < 3]",
        "outliers dropped by their labels": "z = abs((df['fare'] - df['fare'].mean()) / df['fare'].std()) > 3\nout = z[z].index\ndf.drop(out.tolist(), inplace=True)",
        "outliers dropped by the labels of a part": "bad = df[df['fare'] > 60].index\ndf = df.drop(bad)",
        "outliers dropped in a loop over columns": "for c in ['fare', 'rooms']:\n    q1 = df[c].quantile(0.25)\n    q3 = df[c].quantile(0.75)\n    df = df[(df[c] >= q1 - 1.5 * (q3 - q1)) & (df[c] <= q3 + 1.5 * (q3 - q1))]",
        "cap at the quantile": "hi = df['fare'].quantile(0.95)\ndf.loc[df['fare'] > hi, 'fare'] = hi",
        "quantile bins": "df['bin'] = pd.qcut(df['fare'], 4, labels=False)",
        "equal bins": "df['bin'] = pd.cut(df['fare'], 5, labels=False)",
        "category codes": "for c in ['sex', 'grade']:\n    df[c] = df[c].astype('category').cat.codes",
        "factorize": "df['grade'], levels = pd.factorize(df['grade'])",
        "dummies of everything": "df = pd.get_dummies(df.drop(['name', 'cabin', 'day', 'took', 'price'], axis=1), drop_first=True)",
        "dummies joined": "d = pd.get_dummies(df['grade'], prefix='grade')\ndf = pd.concat([df.drop('grade', axis=1), d], axis=1)",
        "label encoder in a loop": "le = LabelEncoder()\nfor c in ['sex', 'grade', 'took']:\n    df[c] = le.fit_transform(df[c])",
        "label encoders in a dict": "enc = {}\nfor c in ['sex', 'grade']:\n    enc[c] = LabelEncoder()\n    df[c] = enc[c].fit_transform(df[c])",
        "label encoder by apply": "df[['sex', 'grade']] = df[['sex', 'grade']].apply(LabelEncoder().fit_transform)",
        "ordinal encoder": "df[['sex', 'grade']] = OrdinalEncoder().fit_transform(df[['sex', 'grade']])",
        "one hot as a frame": "o = OneHotEncoder(sparse_output=False, handle_unknown='ignore')\nh = pd.DataFrame(o.fit_transform(df[['grade']]), columns=o.get_feature_names_out())\ndf = pd.concat([df, h], axis=1)",
        "scaler before the split": "df[['fare', 'rooms']] = MinMaxScaler().fit_transform(df[['fare', 'rooms']])",
        "imputer": "df[['age']] = SimpleImputer(strategy='median').fit_transform(df[['age']])",
        "power transform": "df[['fare']] = PowerTransformer().fit_transform(df[['fare']])",
        "frequency encoding": "freq = df['town'].value_counts(normalize=True)\ndf['town'] = df['town'].map(freq)",
        "target mean encoding": "means = df.groupby('grade')['y'].mean()\ndf['grade'] = df['grade'].map(means)",
        "rare levels together": "common = df['town'].value_counts()[lambda s: s > 30].index\ndf['t'] = df['town'].where(df['town'].isin(common), 'other').map({'S': 0, 'C': 1, 'other': 2})",
        "columns with few gaps": "df = df.loc[:, df.isnull().mean() < 0.5]",
        "columns with gaps dropped": "df = df.dropna(axis=1)",
        "correlated columns dropped": "c = df.select_dtypes('number').corr().abs()\ndrop = [k for k in c.columns if k != 'y' and (c[k] > 0.9).sum() > 1]\ndf = df.drop(columns=drop)",
        "rows with gaps dropped": "df = df.dropna(subset=['age']).reset_index(drop=True)",
        "days since the last day": "df['day'] = pd.to_datetime(df['day'])\ndf['ago'] = (df['day'].max() - df['day']).dt.days",
        "merge a table of group means": "g = df.groupby('pclass', as_index=False)['fare'].mean().rename(columns={'fare': 'mean_fare'})\ndf = df.merge(g, on='pclass', how='left')",
        "two principal components": "pc = PCA(n_components=2, random_state=0).fit_transform(df[['fare', 'rooms', 'pclass']])\ndf['pc1'], df['pc2'] = pc[:, 0], pc[:, 1]",
        "polynomial features": "poly = PolynomialFeatures(2, include_bias=False)\nP = poly.fit_transform(df[['fare', 'rooms']])\ndf = pd.concat([df, pd.DataFrame(P, columns=['p%d' % i for i in range(P.shape[1])])], axis=1)",
        "shuffled and reset": "df = df.sample(frac=1, random_state=3).reset_index(drop=True)",
        "duplicates dropped": "df = df.drop_duplicates(subset=['fare', 'rooms', 'age'])",
        "duplicates by a mask": "df = df[~df.duplicated(subset=['fare', 'rooms', 'age'])]",
        "a branch on the data": "if df['age'].isnull().sum() > 0:\n    df['age'] = df['age'].fillna(df['age'].mean())\nelse:\n    df['age'] = df['age'] * 2",
        "skewed columns logged": "for c in ['fare', 'rooms']:\n    if df[c].skew() > 1:\n        df[c] = np.log1p(df[c])",
    },
)  # fmt: skip

REFUSED = _all(
    "refused",
    {
        "previous row": "df['prev'] = df['fare'].shift(1)",
        "difference to the row before": "df['d'] = df['fare'].diff().fillna(0)",
        "moving average": "df['ma'] = df['fare'].rolling(3, min_periods=1).mean()",
        "rank among all": "df['r'] = df['fare'].rank()",
        "forward fill": "df['age'] = df['age'].ffill()",
        "forward fill that changes nothing": "df['rooms'] = df['rooms'].ffill()",
        "running total": "df['s'] = df['fare'].cumsum()",
        "counter within a group": "df['n'] = df.groupby('pclass').cumcount()",
        "row number": "df['i'] = range(len(df))",
        "index as a feature": "df = df.reset_index()",
        "random column": "df['noise'] = np.random.rand(len(df))",
        "one cell edited by hand": "df.loc[3, 'fare'] = 99.0",
        "scaled with the batch's own figures": "df[['fare']] = scale(df[['fare']])",
        "labels of a clustering": "from sklearn.cluster import KMeans\ndf['cl'] = KMeans(3, n_init=1, random_state=0).fit(df[['fare', 'rooms']]).labels_",
        "previous row in a loop": "out = [0.0]\nfor i in range(1, len(df)):\n    out.append(df['fare'][i] - df['fare'][i - 1])\ndf['d'] = out",
    },
)  # fmt: skip

SPLITS = [
    Construct(
        name="scaler after the split",
        code="X = df[['fare', 'rooms', 'pclass']]\ny = df['y']",
        expected="proven",
        tail="X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\nsc = StandardScaler()\nX_train = sc.fit_transform(X_train)\nX_test = sc.transform(X_test)\nm = RandomForestClassifier(5, random_state=0).fit(X_train, y_train)\np = m.predict(X_test)\n",
    ),
    Construct(
        name="split by position",
        code="X = df[['fare', 'rooms']].values\ny = df['y'].values",
        expected="proven",
        tail="n = int(0.8 * len(X))\nm = RandomForestClassifier(5, random_state=0).fit(X[:n], y[:n])\np = m.predict(X[n:])\n",
    ),
    Construct(
        name="split by a date",
        code="df['day'] = pd.to_datetime(df['day'])\ntrain = df[df['day'] < '2021-06-01']\ntest = df[df['day'] >= '2021-06-01']",
        expected="proven",
        tail="cols = ['fare', 'rooms']\nm = RandomForestClassifier(5, random_state=0).fit(train[cols], train['y'])\np = m.predict(test[cols])\n",
    ),
    Construct(
        name="stratified shuffle split",
        code="sss = StratifiedShuffleSplit(n_splits=1, test_size=0.2, random_state=0)\nfor a, b in sss.split(df, df['y']):\n    train = df.loc[a]\n    test = df.loc[b]",
        expected="proven",
        tail="cols = ['fare', 'rooms']\nm = RandomForestClassifier(5, random_state=0).fit(train[cols], train['y'])\np = m.predict(test[cols])\n",
    ),
    Construct(
        name="sample and drop the rest",
        code="train = df.sample(frac=0.8, random_state=1)\ntest = df.drop(train.index)",
        expected="proven",
        tail="cols = ['fare', 'rooms']\nm = RandomForestClassifier(5, random_state=0).fit(train[cols], train['y'])\np = m.predict(test[cols])\n",
    ),
    Construct(
        name="two frames prepared and stacked",
        code="a = df[df['sex'] == 'male'].copy()\nb = df[df['sex'] == 'female'].copy()\na['q'] = 1\nb['q'] = b['fare'] * 2\ndf = pd.concat([a, b])",
        expected="proven",
    ),
    Construct(
        name="iloc for X and y",
        code="data = df[['fare', 'rooms', 'pclass', 'y']]\nX = data.iloc[:, :-1].values\ny = data.iloc[:, -1].values",
        expected="proven",
        tail="X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\nm = RandomForestClassifier(5, random_state=0).fit(X_train, y_train)\np = m.predict(X_test)\n",
    ),
    Construct(
        name="best columns by a selector",
        code="X = df[['fare', 'rooms', 'pclass']]\ny = df['y']\nsel = SelectKBest(f_classif, k=2)\nX = sel.fit_transform(X, y)",
        expected="proven",
        tail="X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\nm = RandomForestClassifier(5, random_state=0).fit(X_train, y_train)\np = m.predict(X_test)\n",
    ),
    Construct(
        name="column transformer outside a pipeline",
        code="ct = ColumnTransformer([('o', OneHotEncoder(handle_unknown='ignore'), ['sex', 'grade'])], remainder='passthrough')\nX = ct.fit_transform(df[['fare', 'sex', 'grade']])\ny = df['y']",
        expected="proven",
        tail="X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\nm = RandomForestClassifier(5, random_state=0).fit(X_train, y_train)\np = m.predict(X_test)\n",
    ),
    Construct(
        name="words counted after cleaning",
        code="from sklearn.feature_extraction.text import TfidfVectorizer\ndef clean(t):\n    return re.sub(r'[^a-z ]', '', t.lower())\ndf['text'] = df['name'].apply(clean)\nvec = TfidfVectorizer()\nX = vec.fit_transform(df['text'])\ny = df['y']",
        expected="proven",
        tail="from sklearn.linear_model import LogisticRegression\nX_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\nm = LogisticRegression().fit(X_train, y_train)\np = m.predict(X_test)\n",
    ),
]  # fmt: skip

CONSTRUCTS = [*ROW_WISE, *LEARNED, *REFUSED, *SPLITS]

# Rows that the notebook never gave to its model may be refused: only its own must be repeated.
EARLY = Construct(
    name="encoder fitted before other levels came",
    code="df = df.head(150)\nle = LabelEncoder()\ndf['day'] = le.fit_transform(df['day'])\nX = df[['fare', 'day']]\ny = df['y']",
    expected="proven",
    tail="X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)\nm = RandomForestClassifier(5, random_state=0).fit(X_train, y_train)\np = m.predict(X_test)\n",
)

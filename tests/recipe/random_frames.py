"""Random files of rows and random chains of what people do with each kind of column, row by row.

A link is one statement on one column (two where it says `{d}`): which kind it needs, what it leaves.
Kinds: number (fractions, gaps), whole, truth, text (pandas' own type), object (texts as Python's),
level (a category), date. Text links take all three kinds of text where they say so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from hypothesis import strategies as st

LEVELS = (["S", "C", "Q"], ["low", "mid", "high"], ["a b", "Ünal", "x.y", "1,5", "long text"])
HEAD = """import numpy as np
import pandas as pd
from sklearn.preprocessing import *
from sklearn.impute import SimpleImputer
from sklearn.tree import DecisionTreeClassifier
from sklearn.model_selection import train_test_split
df = pd.read_csv({path!r}, dtype={types!r}, parse_dates={dates!r})
"""
TAIL = """X = df[[c for c in df.columns if c != 'y' and df[c].dtype.kind in 'iufb']]
y = df['y']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)
m = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X_train, y_train)
p = m.predict(X_test)
"""
TEXTS = ("text", "object")
WORDS = (*TEXTS, "level")
FIGURES = ("number", "whole")


@dataclass(frozen=True)
class Link:
    """One statement on a column of one of `kinds`: what the column is `then` ("" where it is gone), what is new."""

    kinds: tuple[str, ...]
    code: str
    then: str = "same"
    new: str = ""


LINKS = [
    Link(("number",), "df['{c}'] = df['{c}'].fillna(df['{c}'].median())"),
    Link(("number",), "df['{c}'] = df['{c}'].fillna(df['{c}'].mean())"),
    Link(("number",), "df['{c}'] = df['{c}'].fillna(0).astype(int)", "whole"),
    Link(("number",), "df[['{c}']] = SimpleImputer(strategy='median').fit_transform(df[['{c}']])"),
    Link(("number",), "df['{n}'] = df['{c}'].isna().astype(int)", new="whole"),
    Link(("number",), "df.loc[df['{c}'].isnull(), '{c}'] = df['{c}'].mean()"),
    Link(("number",), "df['{c}'] = np.where(df['{c}'].isna(), -1, df['{c}'])"),
    Link(("number",), "df = df.fillna({{'{c}': df['{c}'].min()}})"),
    Link(("number",), "df = df.dropna(subset=['{c}'])"),
    Link(FIGURES, "df['{n}'] = np.log1p(df['{c}'].abs())", new="number"),
    Link(FIGURES, "df['{c}'] = (df['{c}'] - df['{c}'].mean()) / df['{c}'].std()", "number"),
    Link(FIGURES, "df['{c}'] = (df['{c}'] - df['{c}'].min()) / (df['{c}'].max() - df['{c}'].min() + 1)", "number"),
    Link(FIGURES, "df['{c}'] = df['{c}'].clip(df['{c}'].quantile(0.05), df['{c}'].quantile(0.95))", "number"),
    Link(FIGURES, "df['{n}'] = df['{c}'] / (df['{d}'].abs() + 1)", new="number"),
    Link(FIGURES, "df['{n}'] = df['{c}'] * df['{d}']", new="number"),
    Link(FIGURES, "df['{n}'] = df['{c}'] - df['{d}'] * 0.5", new="number"),
    Link(FIGURES, "df['{n}'] = (df['{c}'] > df['{c}'].median()).astype(int)", new="whole"),
    Link(FIGURES, "df['{n}'] = df['{c}'].between(df['{c}'].quantile(0.25), df['{c}'].quantile(0.75))", new="truth"),
    Link(FIGURES, "df['{n}'] = pd.cut(df['{c}'], [-1000, -1, 1, 5, 1000], labels=False)", new="number"),
    Link(FIGURES, "df['{n}'] = pd.qcut(df['{c}'], 3, labels=False, duplicates='drop')", new="number"),
    Link(FIGURES, "df['{n}'] = np.where(df['{c}'] > 2, 1, 0)", new="whole"),
    Link(FIGURES, "df['{n}'] = df['{c}'].apply(lambda v: 1 if v > 3 else 0)", new="whole"),
    Link(FIGURES, "df['{n}'] = [v * 2 for v in df['{c}']]", new="number"),
    Link(FIGURES, "df[['{c}']] = StandardScaler().fit_transform(df[['{c}']])", "number"),
    Link(FIGURES, "df['{c}'] = MinMaxScaler().fit_transform(df[['{c}']])", "number"),
    Link(FIGURES, "df[['{c}', '{d}']] = RobustScaler().fit_transform(df[['{c}', '{d}']])", "number"),
    Link(FIGURES, "df = df.rename(columns={{'{c}': '{n}'}})", "", new="number"),
    Link(FIGURES, "df = df.assign({n}=df['{c}'] ** 2)", new="number"),
    Link(FIGURES, "df = df[df['{c}'].isna() | (df['{c}'] < df['{c}'].quantile(0.98))]"),
    Link(FIGURES, "df = df.sort_values('{c}')"),
    Link(FIGURES, "df['{c}'] = df['{c}'].round(1)"),
    Link(FIGURES, "df['{n}'] = df[['{c}', '{d}']].max(axis=1)", new="number"),
    Link(FIGURES, "df['{n}'] = df['{d}'].fillna(df['{c}'])", new="number"),
    Link(("whole",), "df['{n}'] = df['{c}'].map(df['{c}'].value_counts())", new="whole"),
    Link(("whole",), "df['{n}'] = df['{c}'] % 3", new="whole"),
    Link(("whole",), "df['{c}'] = df['{c}'].astype(float)", "number"),
    Link(("truth",), "df['{c}'] = df['{c}'].astype(int)", "whole"),
    Link(("truth",), "df['{n}'] = ~df['{c}']", new="truth"),
    Link(("truth",), "df['{c}'] = df['{c}'].map({{True: 1, False: 0}})", "whole"),
    Link(("truth",), "df['{c}'] = np.where(df['{c}'], 1, 0)", "whole"),
    Link(TEXTS, "df['{c}'] = df['{c}'].fillna(df['{c}'].mode()[0])"),
    Link(TEXTS, "df['{c}'] = df['{c}'].fillna('none')"),
    Link(TEXTS, "df['{c}'] = LabelEncoder().fit_transform(df['{c}'].astype(str))", "whole"),
    Link(TEXTS, "df['{n}'] = df['{c}'].str.len()", new="number"),
    Link(TEXTS, "df['{c}'] = df['{c}'].str.upper()"),
    Link(TEXTS, "df['{c}'] = df['{c}'].str.strip().str.lower()"),
    Link(TEXTS, "df['{n}'] = df['{c}'].str[0]", new="same"),
    Link(TEXTS, "df['{n}'] = df['{c}'].str.contains('o', na=False).astype(int)", new="whole"),
    Link(TEXTS, "df['{n}'] = df['{c}'].isin(['S', 'low', 'x.y']).astype(int)", new="whole"),
    Link(TEXTS, "df['{n}'] = (df['{c}'] == df['{c}'].mode()[0]).astype(int)", new="whole"),
    Link(TEXTS, "df['{c}'] = df['{c}'].astype('category')", "level"),
    Link(TEXTS, "df['{n}'] = df['{c}'].apply(lambda v: len(str(v)))", new="whole"),
    Link(TEXTS, "df['{n}'] = df['{c}'].str.replace('.', '', regex=False)", new="same"),
    Link(WORDS, "df['{n}'] = df['{c}'].map(df['{c}'].value_counts())", new="number"),
    Link(WORDS, "df['{n}'] = df['{c}'].map({{'S': 0, 'C': 1, 'low': 2, 'mid': 3, 'a b': 4}})", new="number"),
    Link(WORDS, "df['{n}'] = df['{c}'].map(df.groupby('{c}')['y'].mean())", new="number"),
    Link(WORDS, "df['{n}'] = df['{c}'].isnull()", new="truth"),
    Link(WORDS, "df = pd.get_dummies(df, columns=['{c}'])", ""),
    Link(WORDS, "df = pd.get_dummies(df, columns=['{c}'], drop_first=True, dtype=int)", ""),
    Link(WORDS, "df = pd.concat([df.drop('{c}', axis=1), pd.get_dummies(df['{c}'], prefix='{n}')], axis=1)", ""),
    Link(WORDS, "df['{c}'] = pd.factorize(df['{c}'])[0]", "whole"),
    Link(WORDS, "df['{c}'] = df['{c}'].astype('category').cat.codes", "whole"),
    Link(WORDS, "df = df.drop(columns=['{c}'])", ""),
    Link(WORDS, "df = df[df['{c}'].notna()]"),
    Link(("level",), "df['{n}'] = df['{c}'].astype(str).str.len()", new="whole"),
    Link(("date",), "df['{n}'] = df['{c}'].dt.month", new="number"),
    Link(("date",), "df['{n}'] = df['{c}'].dt.dayofweek", new="number"),
    Link(("date",), "df['{n}'] = (df['{c}'].max() - df['{c}']).dt.days", new="number"),
    Link(("date",), "df['{n}'] = (df['{c}'] > '2021-06-01').astype(int)", new="whole"),
    Link(("date",), "df['{n}'] = df['{c}'].dt.year.fillna(0).astype(int)", new="whole"),
    Link(("date",), "df['{n}'] = df['{c}'].isna()", new="truth"),
    Link(("",), "df = df.copy()"),
    Link(("",), "df = df.sample(frac=1, random_state=3)"),
    Link(("",), "df = df.reset_index(drop=True)"),
    Link(("",), "df = df.fillna(df.median(numeric_only=True))"),
    Link(("",), "for c in df.select_dtypes('number').columns.drop('y'):\n    df[c] = df[c].fillna(df[c].mean())"),
    Link(("",), "def clean(d):\n    d = d.copy()\n    d['y'] = d['y'].astype(int)\n    return d\ndf = clean(df)"),
]  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """A file of rows: the frame, and the kind of each column but `y`."""

    frame: pd.DataFrame
    kinds: dict[str, str]

    def head(self, path):
        """Return the cell that reads the rows at `path`."""
        types = {"object": "object", "level": "category"}
        told = {name: types[kind] for name, kind in self.kinds.items() if kind in types}
        dates = [name for name, kind in self.kinds.items() if kind == "date"]
        return HEAD.format(path=str(path), types=told, dates=dates)


@st.composite
def rows(draw):
    """Return 40 to 120 rows with one to three columns of some kinds, gaps where the kind can have them."""
    count = draw(st.integers(40, 120))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kinds = {"k": "whole", "v": "number"}
    more = st.sampled_from(["number", "whole", "truth", "text", "object", "level", "date"])
    for at, kind in enumerate(draw(st.lists(more, min_size=2, max_size=7))):
        kinds[f"{kind[0]}{at}"] = kind
    made = {
        name: _column(kind, count, chance, gaps=draw(st.sampled_from([0.0, 0.05, 0.3])))
        for name, kind in kinds.items()
    }
    frame = pd.DataFrame({**made, "y": chance.integers(0, 2, count)})
    return Rows(frame=frame, kinds=kinds)


def _column(kind, count, chance, *, gaps):
    if kind == "whole":
        return chance.integers(-3, 12, count)
    if kind == "truth":
        return chance.random(count) < 0.4
    if kind == "number":
        made = pd.Series(chance.normal(2, 4, count).round(2))
    elif kind == "date":
        days = chance.integers(0, 900, count)
        made = pd.Series(pd.Timestamp("2020-01-01") + pd.to_timedelta(days, unit="D"))
    else:
        levels = LEVELS[chance.integers(0, len(LEVELS))]
        made = pd.Series(chance.choice(levels, count, p=_shares(len(levels))), dtype="object")
    return made.mask(chance.random(count) < gaps)


def _shares(count):
    weights = np.arange(count, 0, -1, dtype=float)
    return weights / weights.sum()


@st.composite
def chains(draw, given):
    """Return 2 to 6 statements in turn on the columns that are there."""
    kinds, found = dict(given.kinds), []
    for number in range(draw(st.integers(2, 6))):
        fitting = [
            (link, name)
            for link in LINKS
            for name, kind in [*kinds.items(), ("", "")]
            if kind in link.kinds and ("{d}" not in link.code or _others(kinds, name))
        ]
        link, name = draw(st.sampled_from(fitting))
        other = draw(st.sampled_from(_others(kinds, name) or [""]))
        made = f"n{number}"
        found.append(link.code.format(c=name, d=other, n=made))
        if link.new:
            kinds[made] = kinds[name] if link.new == "same" else link.new
        if link.then == "":
            del kinds[name]
        elif link.then != "same":
            kinds[name] = link.then
    return found


def _others(kinds, name):
    """Return the other columns of figures."""
    return [one for one, kind in kinds.items() if kind in FIGURES and one != name]


@st.composite
def notebooks(draw):
    """Return rows, and the statements that prepare them."""
    given = draw(rows())
    return given, draw(chains(given))

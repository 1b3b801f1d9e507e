"""Random rows of every kind of column that people have, and both ways to replay them."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from o16n.errors import O16nError
from o16n.recipe.few_rows import FewRows
from o16n.recipe.replay import _live, play
from o16n.recipe.run import Setting
from tests.recipe.alike import alike

FRACTIONS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.5, np.nan, 1e300, 0.1]),
    st.floats(-1e6, 1e6, width=64),
)
WHOLE = st.integers(-5, 1000)
WORDS = ["Mr", "mrs", " Miss ", "a-1", "Ünal", "", "1,200", "ab", "Straße", "x.y", "I\u0307"]
LEVELS = ["S", "C", "Q"]
TYPES = {
    "f": "float64",
    "g": "float64",
    "i": "int64",
    "j": "int64",
    "b": "bool",
    "t": "str",
    "s": "str",
    "o": "object",
    "c": pd.CategoricalDtype(LEVELS),
    "d": "datetime64[us]",
}


def texts(words):
    return st.one_of(st.sampled_from(words), st.just(None))


@st.composite
def frames(draw, *, most=6, words=WORDS):
    """Return 1 to `most` rows with fractions, whole numbers, truth values, texts, levels and dates, gaps too."""
    count = draw(st.integers(1, most))
    many = {
        "f": FRACTIONS, "g": FRACTIONS, "i": WHOLE, "j": WHOLE, "b": st.booleans(),
        "t": texts(words), "s": texts(LEVELS), "o": texts(words), "c": texts(LEVELS),
        "d": st.one_of(st.none(), st.datetimes(pd.Timestamp(1999, 1, 1), pd.Timestamp(2030, 1, 1))),
    }  # fmt: skip
    made = {
        name: pd.Series(
            draw(st.lists(one, min_size=count, max_size=count)), dtype=TYPES[name], name=name
        )
        for name, one in many.items()
    }
    return pd.DataFrame(made)


def outcome(recipe, frame, **how):
    """Return all that a replay gives or says."""
    try:
        played = play(recipe, frame, **how)
    except O16nError as error:
        return type(error), str(error)
    return played.value, played.rows, {one: str(why) for one, why in played.verdicts.items()}


def both_agree(recipe, frame):
    """Tell whether rows on columns of their own become to the bit what pandas makes of them."""
    return alike(outcome(recipe, frame), outcome(recipe, frame, observe=lambda *_: None))


def on_columns(recipe, table, rows):
    """Return what a run of few rows gives, and the registers that it had to show to pandas."""
    setting = Setting(steps=tuple(_live(recipe)), loose=frozenset(), unseen={}, observe=None)
    run = FewRows(setting, table, np.arange(rows))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value, _ = run.result(recipe)
    return value, set(run.asked)

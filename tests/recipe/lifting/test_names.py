"""The columns of a matrix are called what they were called before they became one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from o16n.recipe.lifting.names import input_names
from tests.recipe.tracing.traced import traced

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = "from sklearn.preprocessing import *\nfrom sklearn.decomposition import PCA\nfrom sklearn.feature_selection import SelectKBest\ny = df['y']\nF = df[['id', 'k']]"


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("X = F", ["id", "k"]),
        ("X = F.values", ["id", "k"]),
        ("X = F.to_numpy() * 2", ["id", "k"]),
        ("X = StandardScaler().fit_transform(F)", ["id", "k"]),
        ("X = StandardScaler().fit_transform(F.values)", ["id", "k"]),
        ("X, X2, y, y2 = train_test_split(F.values, y)", ["id", "k"]),
        ("X = PolynomialFeatures(2, include_bias=False).fit_transform(F)", ["id", "k", "id^2", "id k", "k^2"]),
        ("X = PCA(1).fit_transform(F)", ["pca0"]),
        ("X = SelectKBest(k=1).fit_transform(F, y)", ["k"]),
        ("X = OneHotEncoder(sparse_output=False).fit_transform(df[['g']])", ["g_x", "g_y", "g_z"]),
        ("X = np.column_stack([df['k'], df['id'] * 2])", None),
    ],
)  # fmt: skip
def test_names_are_followed_through_matrices(
    line: str, names: list[str] | None, tmp_path: Path
) -> None:
    run = traced(tmp_path, BEGIN, line, "m = LogisticRegression().fit(X, y)")
    assert run.failed == []
    assert input_names(run.recorder, run.recorder.uses[-1]) == names

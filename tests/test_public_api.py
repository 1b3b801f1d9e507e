"""What `import o16n` offers, and that it costs nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import o16n


def test_the_public_names_are_these():
    assert o16n.__all__ == [
        "O16nError", "__version__", "load_ipython_extension", "load_scorer", "open_bundle", "verify",
    ]  # fmt: skip
    assert set(o16n.__all__) <= set(dir(o16n))


@pytest.mark.parametrize("name", o16n.__all__)
def test_every_public_name_is_there_and_says_what_it_is(name):
    assert getattr(o16n, name).__doc__


def test_another_name_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match="no attribute 'lod_scorer'"):
        o16n.lod_scorer  # noqa: B018


def test_importing_o16n_imports_none_of_its_modules_and_nothing_heavy():
    code = "import sys; before = set(sys.modules); import o16n; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    new = set(done.stdout.split())
    assert {one for one in new if one.startswith("o16n")} == {"o16n"}
    heavy = {"IPython", "click", "numpy", "pandas", "sklearn", "shap", "skops", "papermill"}
    assert not {one.partition(".")[0] for one in new} & heavy


def test_a_bundle_is_opened_verified_and_scored_from_python(credit):
    import pandas as pd

    bundle = o16n.open_bundle(credit.bundle)
    assert bundle.identity == o16n.verify(credit.bundle).identity == credit.content.identity
    rows = pd.read_csv(credit.bundle / "sample.csv")
    assert (o16n.load_scorer(bundle).score(rows)["problem"] == "").all()


def test_the_front_page_of_the_package_stays_short():
    assert len(Path(o16n.__file__).read_text().splitlines()) <= 60

"""Imported packages are told with the installed version, and none of them is imported."""

from __future__ import annotations

from importlib import metadata

import pytest

from o16n.notebook.packages import packages


def named(notebook):
    return {one.name: one for one in packages(notebook)}


def test_a_module_is_mapped_to_its_distribution_and_version(typed):
    found = named(typed("import numpy as np\nimport sklearn.svm", "from sklearn import tree"))
    assert (found["sklearn"].distribution, str(found["sklearn"].place)) == (
        "scikit-learn",
        "cell 1 line 2",
    )
    assert found["sklearn"].version == metadata.version("scikit-learn")
    assert found["numpy"].version == metadata.version("numpy")
    assert not found["numpy"].missing


def test_python_s_own_and_relative_modules_are_left_out(typed):
    assert (
        named(typed("import os, json.decoder\nfrom __future__ import annotations\nfrom . import x"))
        == {}
    )


def test_what_is_not_installed_is_missing(typed):
    found = named(typed("import no_such_package_at_all.part"))["no_such_package_at_all"]
    assert found.missing
    assert found.version is None


def test_a_module_beside_the_notebook_is_local(written, tmp_path):
    (tmp_path / "mine.py").write_text("raise SystemExit('never imported')")
    (tmp_path / "ours").mkdir()
    found = named(written("import mine, ours.part"))
    assert (found["mine"].local, found["ours"].local) == (True, True)
    assert not found["mine"].missing


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import ghost\nexcept ImportError:\n    ghost = None",
        "try:\n    import json\nexcept ImportError:\n    import ghost",
        "def f():\n    import ghost",
        "if slow:\n    from ghost import x",
    ],
)
def test_an_import_whose_absence_is_borne_is_optional(typed, text):
    assert named(typed(text))["ghost"].optional


def test_an_import_at_the_top_is_not_optional_even_if_another_is(typed):
    borne = "try:\n    import ghost\nexcept ImportError: pass"
    assert not named(typed(borne, "import ghost"))["ghost"].optional
    assert not named(typed("import ghost", borne))["ghost"].optional


@pytest.mark.parametrize(
    "line",
    [
        "!pip install ghost",
        "%pip install -q 'ghost>=1.2'",
        "!{sys.executable} -m pip install other ghost[all]",
        "%conda install ghost",
        "!python -m pip install ghost==2",
        "pip install ghost",
    ],
)
def test_a_line_that_installs_it_is_told(typed, line):
    assert (
        str(named(typed(f"x = 1\n{line}", "import ghost"))["ghost"].installed_by) == "cell 1 line 2"
    )


def test_nothing_that_is_named_gets_imported(typed, tmp_path, monkeypatch):
    (tmp_path / "bomb_at_import.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    found = named(typed("import bomb_at_import"))["bomb_at_import"]
    assert not found.missing

"""Plugins are found by file name and by entry point, and imported when one is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from o16n import plugins
from o16n.errors import UnknownName

CHECKS = "o16n.readiness.checks"
ENTRY = "[o16n.readiness.checks]\norg_01_theirs = theirs.check\n"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Another distribution that brings a check, on the path as pip would put it there."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "__init__.py").write_text("")
    (tmp_path / "theirs" / "check.py").write_text('"""Theirs."""\nCODE = "ORG-01"\n')
    about = tmp_path / "theirs-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(ENTRY)
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins.names.cache_clear()
    plugins.brought.cache_clear()
    yield
    plugins.names.cache_clear()
    plugins.brought.cache_clear()
    for name in ("theirs", "theirs.check"):
        sys.modules.pop(name, None)


def test_the_names_are_those_of_the_files_in_order():
    folder = Path(plugins.__file__).parent / "readiness" / "checks"
    files = sorted(one.stem for one in folder.glob("*.py") if one.stem != "__init__")
    assert list(plugins.names(CHECKS)) == files


def test_a_plugin_is_imported_by_its_name():
    assert plugins.load(CHECKS, "mod_02_metric").CODE == "MOD-02"


def test_listing_imports_none_of_them():
    code = (
        "import sys; from o16n import plugins; plugins.names('o16n.readiness.checks');"
        "print([m for m in sys.modules if m.startswith('o16n.readiness.checks.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("package", "name", "message"),
    [
        (CHECKS, "mod_02_metrics", "unknown check 'mod_02_metrics'; did you mean mod_02_metric"),
        ("o16n.explain.explainers", "trees", "unknown explainer 'trees'; did you mean tree"),
        ("o16n.verbs", "pakage", "unknown verb 'pakage'; did you mean package"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(package, name, message):
    with pytest.raises(UnknownName) as caught:
        plugins.load(package, name)
    assert str(caught.value).startswith(message)


def test_a_package_that_does_not_exist_has_no_plugins():
    assert plugins.names("o16n.none") == ()


def test_another_distribution_brings_its_own_beside_ours(installed):
    assert "org_01_theirs" in plugins.names(CHECKS)
    assert "mod_02_metric" in plugins.names(CHECKS)
    assert "theirs.check" not in sys.modules
    assert plugins.load(CHECKS, "org_01_theirs").CODE == "ORG-01"


def test_what_it_brings_is_for_the_package_it_names(installed):
    assert "org_01_theirs" not in plugins.names("o16n.verbs")

"""Adding a check touches its own file only: one that another package brings is asked like ours."""

from __future__ import annotations

import importlib
import sys

import pytest

from o16n import plugins
from o16n.readiness import checklist
from o16n.readiness.check import Failed

CHECK = '''
"""Names are short.

Asked: is every column's name short? Why: tables. How: by counting. To mend: rename.
"""
from o16n.readiness.check import Evidence, Failed, Passed

CODE, SECTION, SEVERITY, THRESHOLD = "ZZZ-01", "Data", "minor", 3

def check(subject):
    longest = max(len(column.name) for column in subject.schema.columns)
    limit = subject.threshold(CODE, THRESHOLD)
    evidence = Evidence(statement=f"{longest} letters", value=longest, threshold=limit)
    if longest <= limit:
        return Passed(evidence=evidence)
    return Failed(severity="minor", reason="long", remedy="rename", evidence=evidence)
'''


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package that brings a check by entry point, as pip would have installed it."""
    (tmp_path / "house_rules.py").write_text(CHECK)
    about = tmp_path / "house_rules-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: house-rules\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[o16n.readiness.checks]\nzzz_01_short_names = house_rules\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    forget()
    yield
    sys.modules.pop("house_rules", None)
    forget()


def forget():
    plugins.names.cache_clear()
    plugins.brought.cache_clear()


def test_a_check_of_another_package_is_asked_weighed_and_told(installed, build):
    from sklearn.linear_model import LogisticRegression

    from o16n.settings import Settings

    frame = build.frame(300)
    for limit, kind in ((3.0, "Passed"), (1.0, "Failed")):
        told = Settings(threshold={"ZZZ-01": limit}, tier="high")
        target = build.classes(frame)
        subject = build.split(LogisticRegression(), frame, target, 200, settings=told)
        (found,) = checklist.assess(subject, only=("ZZZ-01",)).outcomes
        assert type(found.outcome).__name__ == kind
        assert found.title == "Names are short"
        if isinstance(found.outcome, Failed):
            assert found.outcome.severity == "major"  # a step up at high materiality


def test_without_the_package_nobody_knows_it():
    assert "ZZZ-01" not in {module.CODE for module in checklist.checks()}

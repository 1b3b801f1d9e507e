"""What is installed is complete: the wheel alone renders a page, with its own templates."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RENDERS = """
import sys, o16n
from o16n.templating import template_root
from o16n.reports.readiness import readiness_page
from tests_contents import NOT_READY
assert o16n.__file__.startswith(sys.argv[1]) and str(template_root()).startswith(sys.argv[1])
print(readiness_page(NOT_READY))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel, lay it out as an installer does, and put the documents of a bundle beside it."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    place = out / "site"
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        wheel.extractall(place)
    contents = (ROOT / "tests/reports/contents.py").read_text(encoding="utf-8")
    (place / "tests_contents.py").write_text(contents, encoding="utf-8")
    return place


def test_the_wheel_holds_every_template_and_nothing_of_the_tests(installed):
    shipped = {one.relative_to(installed / "o16n").as_posix() for one in installed.rglob("*.j2")}
    assert shipped == {
        one.relative_to(ROOT).as_posix() for one in (ROOT / "templates").rglob("*.j2")
    }
    assert not (installed / "tests").exists()
    assert not (installed / "templates").exists()


def test_the_wheel_alone_renders_the_readiness_page(installed, tmp_path):
    from o16n.reports.readiness import readiness_page
    from tests.reports.contents import NOT_READY

    told = {**os.environ, "PYTHONPATH": str(installed), "PYTHONIOENCODING": "utf-8"}
    run = subprocess.run(
        [sys.executable, "-c", RENDERS, str(installed)],
        cwd=tmp_path,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.strip() == readiness_page(NOT_READY).strip()

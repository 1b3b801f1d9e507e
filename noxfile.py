#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.10.14"]
# ///
"""Tasks, each one command: `nox -s lint`, `tests`, `stress`, `pandas22`, `build`, `docs`."""

from __future__ import annotations

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "venv"


def installed(session: nox.Session) -> None:
    """Install the pinned environment and this checkout."""
    session.install("-r", "constraints.txt")
    session.install("--no-deps", "--no-build-isolation", "-e", ".")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, layers and the repository."""
    installed(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("lint-imports")
    session.run("repo-review", ".")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the suite, within ten minutes on two cores."""
    installed(session)
    session.run("pytest", "-q", "-n", "3", "--dist", "worksteal", *session.posargs)


@nox.session(default=False)
def stress(session: nox.Session) -> None:
    """Kill o16n and its kernels at seeded moments, and flood a run: about ten minutes."""
    installed(session)
    session.run("pytest", "-q", "tests/stress", *session.posargs, env={"O16N_STRESS": "1"})


@nox.session(default=False)
def pandas22(session: nox.Session) -> None:
    """Lift and replay the constructs and the penguins with the oldest pandas and scikit-learn there are."""
    session.install(
        "-e", ".", "pandas==2.2.*", "scikit-learn==1.6.*", "hypothesis", "pytest>=9", "pytest-xdist>=3.8"
    )  # fmt: skip
    tests = [f"tests/recipe/{one}" for one in CONSTRUCTS]
    penguins = (
        "tests/test_examples.py::test_every_raw_penguin_scores_as_in_the_notebook_in_bulk_and_alone"
    )
    old = ("-W", "default")  # libraries of that time warn of each other
    session.run("pytest", "-q", "-n", "2", *old, *tests, penguins, *session.posargs)


CONSTRUCTS = (
    "test_constructs.py", "test_known_constructs.py", "test_random_frames.py", "test_few_rows.py", "rules"
)  # fmt: skip


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build wheel and sdist, install the wheel alone elsewhere and ask it for its help."""
    session.install("-r", "constraints.txt")
    folder = session.create_tmp()
    session.run("python", "-m", "hatchling", "build", "-d", folder)
    session.run(
        "python", "-m", "pip", "install", "--no-deps", "--no-index", "--find-links", folder, "o16n"
    )
    session.chdir(folder)
    session.run("o16n", "--version")
    session.run("o16n", "demo", "--help")
    session.run("python", "-c", "from o16n.reports.cards import plain_card; plain_card('a', [])")


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Check that every relative link in the documentation leads somewhere."""
    session.run("python", "-c", LINKS, "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs")


LINKS = r"""
import re, sys
from pathlib import Path
pages = [p for one in map(Path, sys.argv[1:]) for p in ([one] if one.is_file() else one.rglob("*.md"))]
lost = [f"{page}: {link}" for page in pages
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text())
        if not (page.parent / link).exists()]
print(len(pages), "pages;", *(lost or ["every link leads somewhere"]), sep="\n")
sys.exit(bool(lost))
"""


if __name__ == "__main__":
    nox.main()

"""What is written holds together: links lead somewhere, words are spelled, nothing of one machine is committed."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
# Spelled in parts, so that this file does not hold what it looks for.
HOSTS = re.compile(
    "|".join((r"py" + r"pi\.org", r"python" + r"hosted", r"--index" + r"-url [^ ]*:"))
)
PLACES = re.compile(r"(?<![\w./~-])/(?:work|tmp|root|home)/[\w.]")
PATHS_MAY_STAND = ("tests/", "benchmarks/")


def committed():
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: there is no list of committed files")
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, text=True, capture_output=True, check=True)
    return [name for name in told.stdout.splitlines() if (ROOT / name).is_file()]


def texts():
    for name in committed():
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def pages():
    return sorted(
        [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").rglob("*.md")]
    )


def anchors(page):
    titles = re.findall(
        r"^#+ (.+)$", CODE.sub(lambda m: m[0].strip("`"), page.read_text()), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in titles}


def dead(page):
    for target in LINK.findall(CODE.sub("", page.read_text())):
        place, _, anchor = target.partition("#")
        if "://" in target:
            continue
        file = (page.parent / place) if place else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            yield target


@pytest.mark.parametrize("page", pages(), ids=lambda one: str(one.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_title(page):
    assert list(dead(page)) == []


def test_a_dead_link_and_a_dead_anchor_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One title\n[a](gone.md) [b](#one-title) [c](#another) [d](page.md#one-title)\n"
    )
    assert list(dead(page)) == ["gone.md", "#another"]


def test_every_page_is_reached_from_the_index():
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / one).resolve() for one in LINK.findall(index.read_text())}
    pages_here = {one.resolve() for one in (ROOT / "docs").rglob("*.md")} - {index.resolve()}
    assert sorted(str(one.name) for one in pages_here - linked) == []


def test_no_registry_address_is_committed():
    assert [name for name, text in texts() if HOSTS.search(text)] == []


def test_no_path_of_one_machine_is_committed():
    found = [
        (name, hit[0])
        for name, text in texts()
        if not name.startswith(PATHS_MAY_STAND) and (hit := PLACES.search(text))
    ]
    assert found == []


def test_words_are_spelled():
    typos = shutil.which("typos")
    if typos is None:
        pytest.skip("typos is not installed: the pre-commit hook runs it")
    done = subprocess.run(
        [typos, "--format", "brief"], cwd=ROOT, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_readme_has_two_blocks_of_one_line_that_run_the_job_and_the_tests():
    blocks = re.findall(
        r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
    )
    assert [one.count("\n") for one in blocks] == [1, 1]
    assert blocks[0].rstrip().endswith("o16n demo credit")
    assert blocks[1].rstrip().endswith("-m pytest -q -n 3 --dist worksteal")
    for one in blocks:  # a system Python may refuse to be installed into (PEP 668)
        commands = [part.strip() for part in one.split("&&")]
        assert commands[0] == "python3 -m venv --without-pip .venv"
        into = "python3 -m pip --python .venv/bin/python install -q "
        assert [part.startswith(into) for part in commands[1:]] == [True, True, False]
        assert commands[3].startswith(".venv/bin/")


def test_the_readme_lists_the_verbs_that_exist():
    from o16n import grammar, plugins

    names = grammar.ordered(plugins.names("o16n.verbs"))
    rows = re.findall(
        r"^\| `(\w+)[^`]*` \| (.+) \|$", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    first = [plugins.load("o16n.verbs", one).__doc__.strip().splitlines()[0] for one in names]
    assert rows == list(zip(names, first, strict=True))


def test_the_table_of_dependencies_is_true():
    page = (ROOT / "docs/decisions/0002-dependencies.md").read_text()
    rows = re.findall(r"^\| ([\w-]+) \| .+ \| (.+) \|$", page, re.MULTILINE)
    told = {name: "no" not in re.split(r"\W+", said) for name, said in rows if name != "package"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert sorted(told) == sorted(re.split(r"[>=]", one)[0] for one in project["dependencies"])
    used = {
        name.partition(".")[0] for file in (ROOT / "o16n").rglob("*.py") for name in imports(file)
    }
    assert told == {name: {"scikit-learn": "sklearn"}.get(name, name) in used for name in told}


def imports(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""

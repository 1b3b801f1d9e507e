"""Tutorial and how-to pages do what they say: their shell blocks and cells run, in order, for real.

Blocks are told apart by the first word after the fence: `sh` runs; `console` runs what follows `$ `
and compares the lines below; `python notebook=FILE` opens FILE in a kernel, runs its cells, then the
block; `python` goes on in that kernel; any block with `file=NAME` is written there; `text` is what the
block before it printed. `…` stands for anything within a line, alone on a line for any lines.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)[ ]*(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
PAGES = sorted([*(ROOT / "docs/tutorial").glob("*.md"), *(ROOT / "docs/how-to").glob("*.md")])
NAMED = [str(page.relative_to(ROOT / "docs")) for page in PAGES]
# What a page's reader already has: the example notebooks, the checkout, or a bundle of their own.
HAS_BUNDLE = {"how-to/score-in-operations.md", "how-to/explain-a-model.md"}
IN_CHECKOUT = {"how-to/add-a-check.md"}


@dataclass(frozen=True)
class Block:
    kind: str
    how: dict[str, str]
    text: str
    line: int


def blocks(page):
    text = page.read_text()
    for found in FENCE.finditer(text):
        how = dict(word.partition("=")[::2] for word in found[2].split())
        yield Block(found[1], how, found[3], text[: found.start()].count("\n") + 2)


def like(expected, printed):
    """Whether `printed` is `expected`, in which `…` stands for anything."""
    lines = [line.rstrip() for line in expected.strip("\n").splitlines()]
    patterns = [
        r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line).replace("…", ".*?") + r"[ ]*\n"
        for line in lines
    ]
    return re.fullmatch("".join(patterns), (printed.strip("\n") + "\n").lstrip("\n")) is not None


class Reader:
    """Somebody who follows a page in a folder of their own."""

    def __init__(self, folder):
        self.folder, self.printed, self.client = folder, "", None
        places = [str(Path(sys.executable).parent), os.environ["PATH"]]
        self.env = {
            **os.environ,
            "PATH": os.pathsep.join(places),
            "PYTHONPATH": str(ROOT),
            "O16N_TRUST": str(folder / ".trust"),
        }

    def follow(self, block):
        if "file" in block.how:
            place = self.folder / block.how["file"]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text)
        elif block.kind == "sh":
            self.printed, code = self.shell(f"set -e\n{block.text}")
            assert code == 0, self.printed
        elif block.kind == "console":
            self.console(block.text)
        elif block.kind == "python":
            self.printed = self.cell(block)
        elif block.kind == "text":
            assert like(block.text, self.printed), f"printed:\n{self.printed}"
        else:
            pytest.fail(f"a block of kind {block.kind} is neither run nor compared")

    def console(self, text):
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            self.printed, _ = self.shell(command)
            assert like(expected, self.printed), f"$ {command}\n{self.printed}"

    def shell(self, script):
        where = self.folder.parent / f"{self.folder.name}.where"
        done = subprocess.run(
            ["bash", "-c", f"trap 'pwd > {where}' EXIT\n{script}"],
            cwd=self.folder, env=self.env, text=True, check=False, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.folder = Path(where.read_text().strip())
        return done.stdout, done.returncode

    def cell(self, block):
        import nbformat
        from nbclient import NotebookClient

        if "notebook" in block.how or self.client is None:
            self.close()
            path = self.folder / block.how.get("notebook", "new.ipynb")
            told = nbformat.read(path, 4) if path.is_file() else nbformat.v4.new_notebook()
            where = {"metadata": {"path": str(self.folder)}}
            self.client = NotebookClient(told, resources=where)
            self.client.create_kernel_manager()
            # As Jupyter does where a notebook is open, so that %o16n finds it.
            self.client.start_new_kernel(env={**self.env, "JPY_SESSION_NAME": str(path)})
            self.client.start_new_kernel_client()
            self.client.allow_errors = True
            for place, cell in enumerate(told.cells):
                self.client.execute_cell(cell, place)
        cells = self.client.nb.cells
        cells.append(nbformat.v4.new_code_cell(block.text.strip("\n")))
        self.client.execute_cell(cells[-1], len(cells) - 1)
        return "".join(map(shown, cells[-1].outputs))

    def close(self):
        if self.client is not None:
            self.client._cleanup_kernel()
            self.client = None


def shown(output):
    if output.output_type == "stream":
        return output.text
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}\n"
    return output.data.get("text/plain", "") + "\n"


@pytest.fixture
def reader(tmp_path):
    folder = tmp_path / "here"
    shutil.copytree(ROOT / "notebooks", folder)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    one = Reader(folder)
    yield one
    one.close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", NAMED)
def test_a_page_does_what_it_says(name, reader, request):
    if name in HAS_BUNDLE:
        packaged = request.getfixturevalue("credit")
        shutil.copytree(packaged.bundle, reader.folder / "bundles" / "credit-1")
    if name in IN_CHECKOUT:
        shutil.copytree(ROOT / "o16n", reader.folder / "o16n")
    for block in blocks(ROOT / "docs" / name):
        try:
            reader.follow(block)
        except AssertionError as error:
            raise AssertionError(f"docs/{name} line {block.line}: {error}") from None


def test_there_is_a_tutorial_and_a_page_for_each_task():
    assert NAMED[-1] == "tutorial/first-bundle.md"
    assert {Path(one).stem for one in NAMED} >= {
        "add-a-check", "package-a-live-notebook", "read-a-report", "run-with-parameters",
        "score-in-operations", "waive-a-check", "explain-a-model",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("expected", "printed", "equal"),
    [
        ("a 1", "a 1\n", True),
        ("a …", "a 1 2\n", True),
        ("a … c", "a b c\n", True),
        ("a … c", "a b d\n", False),
        ("…\nlast", "one\ntwo\nlast\n", True),
        ("…\nlast", "last\n", True),
        ("first\n…", "second\n", False),
        ("first", "first\nsecond\n", False),
        ("a.b", "axb\n", False),
        ("", "something\n", False),
        ("", "", True),
    ],
)
def test_an_ellipsis_stands_for_anything_and_nothing_else_does(expected, printed, equal):
    assert like(expected, printed) is equal


def test_a_page_that_shows_another_output_is_found(reader):
    with pytest.raises(AssertionError, match="really"):
        reader.follow(Block("console", {}, "$ echo really\npretended\n", 1))
    with pytest.raises(AssertionError):
        reader.follow(Block("sh", {}, "false\n", 1))

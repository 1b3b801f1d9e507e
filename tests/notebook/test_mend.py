"""What a machine can mend is mended in a copy, each edit is told, and everything else stays to the byte."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.errors import NotebookError, UsageError
from o16n.notebook.mend import _quoted, _says, mend
from o16n.notebook.parameters import read_parameters
from o16n.notebook.preflight import preflight
from o16n.notebook.read import read_notebook


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("a\n1\n")
    (tmp_path / "b.csv").write_text("a\n1\n")
    return tmp_path


def write(folder, *cells, lines=False):
    """Write cells, each its text or (text, changes of the cell's JSON); return the path."""
    told = []
    for number, one in enumerate(cells):
        text, more = one if isinstance(one, tuple) else (one, {})
        source = text.splitlines(keepends=True) if lines else text
        told.append(
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {},
                "execution_count": number + 1,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "é 1\n"}],
                "source": source,
                **more,
            }
        )
    document = {"cells": told, "metadata": {"kernelspec": {"name": "python3", "display_name": "P"}}}
    path = folder / "n.ipynb"
    path.write_text(json.dumps({**document, "nbformat": 4, "nbformat_minor": 5}))
    return path


def sources(path):
    return [cell.source for cell in read_notebook(path).cells]


def mended(folder, *cells, **how):
    """Return (the edits as text, the sources of the copy, None where none was written)."""
    path, out = write(folder, *cells, **how), folder / "out.ipynb"
    before = path.read_bytes()
    edits = mend(path, out)
    assert path.read_bytes() == before, "the original is not touched"
    assert out.exists() is bool(edits)
    return [str(one) for one in edits], sources(out) if edits else None


def test_an_absolute_path_of_a_file_beside_the_notebook_becomes_relative(folder):
    text = f"import pandas as pd\ndf = pd.read_csv('{folder}/data/a.csv')"
    told, (copy,) = mended(folder, text)
    assert told == [f"cell 1 line 2: '{folder}/data/a.csv' → 'data/a.csv'"]
    assert copy == "import pandas as pd\ndf = pd.read_csv('data/a.csv')"


@pytest.mark.parametrize(
    ("written", "relative"),
    [
        ("/home/ann/project/data/a.csv", "data/a.csv"),
        ("/kaggle/input/some-data/b.csv", "b.csv"),
        ("~/work/b.csv", "b.csv"),
        ("C:\\Users\\ann\\data\\a.csv", "data/a.csv"),
        ("C:/Users/ann/data/a.csv", "data/a.csv"),
    ],
)
def test_a_path_of_another_machine_is_found_by_its_end(folder, written, relative):
    _, (copy,) = mended(folder, f"p = open({written!r})")
    assert copy == f"p = open({relative!r})"


@pytest.mark.parametrize(
    "text",
    [
        "open('/home/ann/none.csv')",
        "open('/etc/hostname')",
        "open('/home/ann/data')",
        "open('data/a.csv')",
        "open(f'/home/ann/{x}/b.csv')",
        "get('https://host/b.csv')",
        "'''/home/ann\n/b.csv'''",
        "# open('/home/ann/b.csv')",
        "this is '/home/ann/b.csv' no python",
        "route('/')",
    ],
)
def test_what_is_not_there_or_no_path_of_its_own_is_left(folder, text):
    assert mended(folder, text) == ([], None)


def test_a_file_that_is_there_but_outside_the_notebooks_folder_is_left(folder):
    inner = folder / "inner"
    inner.mkdir()
    path = write(inner, f"open('{folder}/b.csv')")
    assert mend(path, inner / "out.ipynb") == ()


def test_a_link_that_leads_out_of_the_folder_is_no_file_of_it(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "c.csv"
    other.write_text("x")
    (folder / "c.csv").symlink_to(other)
    assert mended(folder, "open('/home/ann/c.csv')") == ([], None)


def test_the_path_holds_from_where_the_copy_stands(folder):
    (folder / "deep" / "er").mkdir(parents=True)
    out = folder / "deep" / "er" / "n.ipynb"
    mend(write(folder, "open('/home/ann/b.csv')"), out)
    (text,) = sources(out)
    assert text == "open('../../b.csv')"
    assert (out.parent / ast.literal_eval(text[5:-1])).resolve() == folder / "b.csv"


def test_quotes_prefixes_and_neighbours_on_the_line_stay(folder):
    line = 'é = [r"/x/b.csv", \'/y/b.csv\', "/z/none.csv"]; open("/q/data/a.csv")  # "/x/b.csv"'
    told, (copy,) = mended(folder, line)
    assert copy == 'é = ["b.csv", \'b.csv\', "/z/none.csv"]; open("data/a.csv")  # "/x/b.csv"'
    assert len(told) == 3


def test_a_name_with_a_quote_in_it_is_written_as_python_writes_it(folder):
    (folder / "it's.csv").write_text("x")
    _, copies = mended(folder, 'open("/home/ann/it\'s.csv")', "open('/home/ann/it\\'s.csv')")
    assert [ast.literal_eval(one[5:-1]) for one in copies] == ["it's.csv", "it's.csv"]


def test_magics_stay_as_they_are_around_an_edit(folder):
    text = "%matplotlib inline\n!ls /home/ann/b.csv\ndf = read_csv('/home/ann/b.csv')"
    _, (copy,) = mended(folder, text)
    assert copy == "%matplotlib inline\n!ls /home/ann/b.csv\ndf = read_csv('b.csv')"


@pytest.mark.parametrize("lines", [False, True])
def test_a_source_keeps_its_form_and_all_else_its_content(folder, lines):
    path = write(folder, "a = f()\nopen('/home/ann/b.csv')\n", "g(1)\n", lines=lines)
    mend(path, folder / "out.ipynb")
    old, new = (json.loads(one.read_text()) for one in (path, folder / "out.ipynb"))
    assert type(new["cells"][0]["source"]) is type(old["cells"][0]["source"])
    old["cells"][0]["source"] = new["cells"][0]["source"]
    assert old == new
    nbformat.validate(nbformat.read(folder / "out.ipynb", as_version=4))


def test_the_first_cell_of_literals_alone_is_tagged_and_then_read_as_parameters(folder):
    cells = "import math", "rows = 100\nmode: str = 'fast'\nsizes = [1, -2]", "more = 1"
    told, _ = mended(folder, *cells)
    assert told == ["cell 2: no tag → tag parameters"]
    found = read_parameters(read_notebook(folder / "out.ipynb"))
    assert [(one.name, one.default) for one in found] == [
        ("rows", 100),
        ("mode", "fast"),
        ("sizes", [1, -2]),
    ]


@pytest.mark.parametrize(
    "text",
    ["x = f()", "x = y", "x, y = 1, 2", "x = y = 1", "x: int", "x += 1", "print(1)", "", "# text", "d['a'] = 1",
     "x = 1\nprint(x)", "x = f'{1}'", "found = []", "a, b = {}, ()", "model = None\nscores = {}"],
)  # fmt: skip
def test_a_cell_that_does_more_or_nothing_is_not_tagged(folder, text):
    assert mended(folder, text) == ([], None)


def test_a_notebook_with_a_tagged_cell_keeps_it_and_other_tags_stay(folder):
    tagged = {"metadata": {"tags": ["keep", "parameters"]}}
    assert mended(folder, "a = 1", ("b = 2", tagged)) == ([], None)
    told, _ = mended(folder, ("a = 1", {"metadata": {"tags": ["keep"]}}), "f()")
    assert told == ["cell 1: no tag → tag parameters"]
    assert read_notebook(folder / "out.ipynb").cells[0].tags == {"keep", "parameters"}


def test_of_two_tagged_cells_the_second_loses_its_tag(folder):
    tagged = {"metadata": {"tags": ["parameters", "x"]}}
    told, _ = mended(folder, ("a = 1", tagged), ("b = 2", tagged))
    assert told == ["cell 2: tag parameters → no tag: papermill takes the first"]
    assert [sorted(one.tags) for one in read_notebook(folder / "out.ipynb").cells] == [
        ["parameters", "x"],
        ["x"],
    ]


def test_a_second_id_is_given_anew_and_none_that_is_taken(folder):
    cells = [
        ("f(1)", {"id": "a"}),
        ("f(2)", {"id": "a"}),
        ("f(3)", {"id": "a-2"}),
        ("f(4)", {"id": "a"}),
    ]
    told, _ = mended(folder, *cells)
    assert told == ["cell 2: id a → id a-3", "cell 4: id a → id a-4"]
    assert [one.id for one in read_notebook(folder / "out.ipynb").cells] == [
        "a",
        "a-3",
        "a-2",
        "a-4",
    ]


def test_the_copy_has_none_of_the_findings_that_were_mended_and_needs_no_second_time(folder):
    tagged = {"metadata": {"tags": ["parameters"]}}
    path = write(
        folder, ("a = 1", tagged), (f"open('{folder}/b.csv')", {"id": "c0"}), ("b = 2", tagged)
    )
    mend(path, folder / "out.ipynb")
    slugs = {"absolute-path", "duplicate-id", "parameters"}
    assert slugs <= {one.slug for one in preflight(read_notebook(path))}
    assert not slugs & {one.slug for one in preflight(read_notebook(folder / "out.ipynb"))}
    assert mend(folder / "out.ipynb", folder / "again.ipynb") == ()


def test_nothing_is_overwritten(folder):
    path = write(folder, "open('/home/ann/b.csv')")
    out = folder / "out.ipynb"
    out.write_text("mine")
    for there in (out, path):
        with pytest.raises(UsageError, match="is there already; nothing is overwritten"):
            mend(path, there)
    assert out.read_text() == "mine"
    out.unlink()
    out.symlink_to(folder / "nowhere.ipynb")
    with pytest.raises(UsageError, match="is there already"):
        mend(path, out)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("out.txt", "--apply: .*out.txt is no .ipynb; name the notebook to write"),
        ("none/out.ipynb", "--apply: there is no folder .*none; make it first"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_before_anything_is(folder, name, message):
    with pytest.raises(UsageError, match=message):
        mend(write(folder, "open('/home/ann/b.csv')"), folder / name)


def test_a_notebook_that_cannot_be_read_is_told(folder):
    with pytest.raises(NotebookError, match="no such notebook"):
        mend(folder / "none.ipynb", folder / "out.ipynb")


def test_an_older_format_is_not_edited(folder):
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "a = 1"}]}]}
    path = folder / "old.ipynb"
    path.write_text(json.dumps(old))
    assert mend(path, folder / "out.ipynb") == ()


PATHS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12)


@given(PATHS, st.sampled_from(["'/a'", '"/a"', 'r"/a"', "'''/a'''", "u'/a'"]))
def test_whatever_the_path_its_literal_says_it(text, written):
    assert _says(_quoted(text, written.encode()), text)


@given(PATHS)
def test_a_copy_reads_the_file_that_was_meant(tmp_path_factory, name):
    name = name.replace("/", "_").replace("\\", "_")
    folder = tmp_path_factory.mktemp("any")
    try:
        (folder / name).write_text("x")
    except OSError:
        return  # no name of a file
    if name in {".", ".."} or not (folder / name).is_file():
        return
    mend(write(folder, f"open({str(folder / name)!r})"), folder / "out.ipynb")
    if (folder / "out.ipynb").exists():
        (text,) = sources(folder / "out.ipynb")
        assert Path(os.path.join(folder, ast.literal_eval(text[5:-1]))) == folder / name  # noqa: PTH118

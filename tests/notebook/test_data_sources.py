"""Each read is listed with what it names, and files are looked for beside the notebook."""

from __future__ import annotations

import json

import pytest

from o16n.notebook.data_sources import data_sources, is_absolute
from o16n.notebook.read import read_notebook

IMPORTS = (
    "import os, sqlite3, joblib, requests\nimport numpy as np\nimport pandas as pd\nimport polars as pl\n"
    "import seaborn as sns\nfrom pathlib import Path\nfrom sklearn.datasets import load_iris, fetch_openml, make_blobs\n"
)


def reads(notebook):
    return [(one.call, one.location, one.kind, one.exists) for one in data_sources(notebook)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pd.read_csv('here.csv')", ("pd.read_csv", "here.csv", "local", True)),
        ("pd.read_csv('./here.csv')", ("pd.read_csv", "here.csv", "local", True)),
        ("pd.read_csv(filepath_or_buffer='here.csv')", ("pd.read_csv", "here.csv", "local", True)),
        ("pd.read_parquet('gone.parquet')", ("pd.read_parquet", "gone.parquet", "local", False)),
        ("pl.scan_csv('*.csv')", ("pl.scan_csv", "*.csv", "local", True)),
        ("np.load('gone.npy')", ("np.load", "gone.npy", "local", False)),
        ("open('here.csv').read()", ("open", "here.csv", "local", True)),
        ("with open('here.csv', 'rb') as f: pass", ("open", "here.csv", "local", True)),
        ("pd.read_csv('/no/such/file.csv')", ("pd.read_csv", "/no/such/file.csv", "local", False)),
        (
            "pd.read_csv('https://a.org/x.csv')",
            ("pd.read_csv", "https://a.org/x.csv", "remote", None),
        ),
        ("pd.read_csv('s3://b/x.csv')", ("pd.read_csv", "s3://b/x.csv", "remote", None)),
        ("pd.read_csv(given)", ("pd.read_csv", "given", "computed", None)),
        ("pd.read_sql('select 1', con)", ("pd.read_sql", "select 1", "SQL", None)),
        ("sqlite3.connect('a.db')", ("sqlite3.connect", "a.db", "SQL", None)),
        ("load_iris()", ("load_iris", "load_iris", "bundled", None)),
        ("fetch_openml('mnist_784')", ("fetch_openml", "mnist_784", "remote", None)),
        ("make_blobs(9)", ("make_blobs", "make_blobs", "generated", None)),
        ("sns.load_dataset('tips')", ("seaborn.load_dataset", "tips", "remote", None)),
        ("requests.get('https://a.org')", ("requests.get", "https://a.org", "remote", None)),
        ("!wget -q https://a.org/x.zip", ("!wget", "https://a.org/x.zip", "remote", None)),
        ("%time df = pd.read_csv('here.csv')", ("pd.read_csv", "here.csv", "local", True)),
    ],
)
def test_a_read_tells_its_call_place_and_kind(written, tmp_path, text, expected):
    (tmp_path / "here.csv").write_text("a\n1\n")
    assert reads(written(IMPORTS, text)) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "df.to_csv('out.csv')\npd.read_csv('out.csv')",
        "with open('out.csv', 'w') as f:\n    f.write('a')\npd.read_csv('out.csv')",
        "with open('out.csv', mode='w') as f:\n    f.write('a')\npd.read_csv('out.csv')",
        "import urllib.request\nurllib.request.urlretrieve('https://a.org/x', 'out.csv')\npd.read_csv('out.csv')",
        "os.chdir('data')\npd.read_csv('out.csv')",
        "%cd data\npd.read_csv('out.csv')",
    ],
)
def test_what_the_notebook_writes_or_where_it_moves_cannot_be_missing(written, text):
    found = [one for one in data_sources(written(IMPORTS, text)) if one.location == "out.csv"]
    assert [one.exists for one in found] == [None]


def test_saved_arrays_get_their_ending(written):
    notebook = written(IMPORTS, "np.save('a', x)\nnp.load('a.npy')")
    assert [one.exists for one in data_sources(notebook)] == [None]


@pytest.mark.parametrize(
    "text", ["open('x', 'w')", "pd.DataFrame([1])", "df.read_csv('x')", "x = 'read_csv'"]
)
def test_what_reads_nothing_is_not_listed(written, text):
    assert reads(written(IMPORTS, text)) == []


def test_a_loop_over_names_lists_each_file_once(written):
    text = "for f in ['a.csv', 'b.csv']:\n    pd.read_csv(f)\nfor f in ['a.csv']:\n    pass"
    assert [one.location for one in data_sources(written(IMPORTS, text))] == ["a.csv", "b.csv"]


def test_the_password_of_an_address_is_never_kept(written):
    text = "pd.read_csv('https://me:secret123@a.org/x.csv')\nrequests.get(f'https://u:secret123@{host}/x')\npd.read_sql('select 1', 'postgresql://u:secret123@h/db')\nsqlite3.connect('postgresql://u:secret123@h/db')"
    found = data_sources(written(IMPORTS, text))
    assert len(found) == 4
    assert "secret123" not in repr(found)


def test_files_are_looked_for_beside_the_notebook_not_where_we_are(written, tmp_path, monkeypatch):
    notebook = written(IMPORTS, "pd.read_csv('here.csv')")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "here.csv").write_text("")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert [one.exists for one in data_sources(notebook)] == [False]


def test_sources_stand_in_the_notebook_s_order_with_cell_and_line(written):
    found = data_sources(written(IMPORTS, "\npd.read_csv('b')\nload_iris()", "pd.read_csv('a')"))
    assert [str(one.place) for one in found] == ["cell 2 line 2", "cell 2 line 3", "cell 3 line 1"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/home/me/x", True),
        ("~/x", True),
        ("C:\\x", True),
        ("C:/x", True),
        ("\\\\server\\x", True),
        ("data/x", False),
        ("../x", False),
        ("//x", False),
        ("https://x", False),
        ("/", False),
        ("", False),
    ],
)
def test_a_path_of_one_machine_is_told(text, answer):
    assert is_absolute(text) is answer


def test_an_odd_path_is_neither_there_nor_an_error(tmp_path):
    told = {
        "cells": [
            {"cell_type": "code", "source": f"import pandas as pd\npd.read_csv({name!r})"}
            for name in ("a\x00b", "~nobody/x", "x" * 5000)
        ],
        "metadata": {},
    }
    (tmp_path / "a.ipynb").write_text(json.dumps(told))
    assert all(one.exists is not True for one in data_sources(read_notebook(tmp_path / "a.ipynb")))

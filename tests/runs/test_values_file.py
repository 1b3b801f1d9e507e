"""Values come from TOML, JSON and YAML alike, or are refused in one line that names the file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.errors import UsageError
from o16n.runs.values_file import READERS, read_values

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
TABLES = st.dictionaries(st.text(), PLAIN | st.lists(PLAIN) | st.dictionaries(st.text(), PLAIN))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.toml", 'seed = 3\nshare = 0.5\nname = "x"\nlist = [1, 2]\nready = true\n'),
        ("a.json", '{"seed": 3, "share": 0.5, "name": "x", "list": [1, 2], "ready": true}'),
        ("a.yaml", "seed: 3\nshare: 0.5\nname: x\nlist: [1, 2]\nready: true\n"),
        ("a.yml", "seed: 3\nshare: 0.5\nname: x\nlist:\n- 1\n- 2\nready: yes\n"),
    ],
)
def test_each_format_tells_names_and_typed_values(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    told = read_values(tmp_path / name)
    assert told == {"seed": 3, "share": 0.5, "name": "x", "list": [1, 2], "ready": True}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "seed = ", "is not TOML: Invalid value"),
        ("a.json", "{", "is not JSON: Expecting property name"),
        ("a.yaml", "a: [", "is not YAML: while parsing"),
        ("a.yaml", "a: !!python/object/apply:os.getcwd []", "is not YAML"),
        ("a.json", "[1]", "is not a table of names and values"),
        ("a.yaml", "on: 2", "is not a table of names and values"),
        ("a.yaml", "", "is not a table of names and values"),
        ("a.ini", "seed=3", r"a file of values ends in .toml, .json, .yaml, .yml"),
        ("a.json", b"\xff", "is not JSON"),
        ("a.toml", None, "cannot be read"),
        ("a.yaml", None, "cannot be read: no such file"),
    ],
)
def test_what_is_no_table_of_values_is_refused_in_one_line(tmp_path, name, text, said):
    if text is not None:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as caught:
        read_values(tmp_path / name)
    assert said in str(caught.value)
    assert f"-f {tmp_path / name}" in str(caught.value)
    assert "\n" not in str(caught.value)


@given(TABLES)
def test_any_json_table_comes_back_as_it_was(tmp_path_factory, table):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(table))
    assert read_values(path) == table


@given(st.sampled_from(sorted(READERS)), st.text())
def test_any_text_is_a_table_or_refused(tmp_path_factory, suffix, text):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_text(text)
    try:
        assert isinstance(read_values(path), dict)
    except UsageError as error:
        assert "\n" not in str(error)  # noqa: PT017 - a table is right too

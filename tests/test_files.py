"""Whole files or none, and JSON with one spelling."""

from __future__ import annotations

import hashlib
import json
import math
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.files import canonical_json, read_regular, sha256, write_atomically

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=10,
)  # fmt: skip


@given(JSON)
def test_canonical_json_reads_back_and_has_one_spelling(value):
    data = canonical_json(value)
    assert json.loads(data) == value
    assert canonical_json(json.loads(data)) == data
    assert data.endswith(b"\n")
    assert not data.endswith(b"\n\n")


def test_the_order_of_keys_does_not_show():
    assert canonical_json({"b": 1, "a": 2}) == canonical_json({"a": 2, "b": 1})


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, [math.nan]])
def test_a_number_that_is_not_finite_is_not_written(value):
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json(value)


def test_a_file_is_replaced_whole_and_keeps_nothing_beside_it(tmp_path):
    place = tmp_path / "a.json"
    place.write_text("old")
    assert write_atomically(place, "new é") == place
    assert place.read_bytes() == "new é".encode()
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    place = tmp_path / "a.json"
    place.write_text("old")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(place, b"new")
    assert place.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_a_file_has_the_mode_that_was_asked(tmp_path, mode):
    write_atomically(tmp_path / "a", b"", mode=mode)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


def test_reading_takes_one_byte_more_than_was_asked_and_no_link(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", 5) == b"12345"
    assert read_regular(tmp_path / "a", 2) == b"123"
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(OSError):
        read_regular(tmp_path / "link", 5)


def test_reading_does_not_wait_at_a_fifo(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert read_regular(tmp_path / "pipe", 5) is None


def test_sha256_is_the_one_everybody_knows():
    assert sha256(b"abc") == hashlib.sha256(b"abc").hexdigest()

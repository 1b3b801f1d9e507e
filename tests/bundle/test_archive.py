"""A zip is the same bundle with one spelling; whatever else stands in it is refused."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.bundle import archive, write
from o16n.bundle.read import open_bundle
from o16n.errors import IntegrityError

FILES = st.dictionaries(
    st.from_regex(r"[a-z]{1,8}(/[a-z0-9_]{1,8}){0,2}[.]json", fullmatch=True),
    st.binary(max_size=40),
    max_size=6,
)


def _entry(name, mode=0o100644):
    info = zipfile.ZipInfo("safe", (1980, 1, 1, 0, 0, 0))
    info.filename = info.orig_filename = name
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def _zip(path, *entries, **how):
    with zipfile.ZipFile(path, "w", **how) as file:
        for info, data in entries:
            file.writestr(info, data)
    return path


@pytest.fixture
def packed(bundle, tmp_path):
    return write.zip_bundle(bundle, tmp_path / "small.zip")


@settings(deadline=None, max_examples=50)
@given(FILES)
def test_what_is_packed_is_unpacked_and_order_does_not_matter(tmp_path_factory, files):
    path = tmp_path_factory.mktemp("zip") / "one.zip"
    path.write_bytes(archive.pack(files))
    assert archive.unpack(path) == files
    assert archive.pack(dict(reversed(files.items()))) == path.read_bytes()


def test_the_zip_is_the_same_bundle_and_the_same_bytes_each_time(bundle, packed, tmp_path):
    assert write.zip_bundle(bundle, tmp_path / "b.zip").read_bytes() == packed.read_bytes()
    one, two = open_bundle(packed), open_bundle(bundle)
    assert one.identity == two.identity
    assert {n: one.read(n) for n in one.names()} == {n: two.read(n) for n in two.names()}


def test_every_bit_of_a_zip_counts(packed):
    data = packed.read_bytes()
    dice = random.Random(0)
    for at in range(len(data)):
        packed.write_bytes(data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :])
        with pytest.raises(IntegrityError):
            open_bundle(packed)
    packed.write_bytes(data)
    open_bundle(packed)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"#!/bin/sh\n" + data,
        lambda data: data + b"\0",
        lambda data: data + data,
        lambda data: data[:-1],
        lambda data: data[:100],
        lambda data: data[:-2] + b"\5\0later",
        lambda _: b"",
        lambda data: data[-22:],
        lambda data: data.replace(b"PK\3\4", b"PK\5\6", 1),
    ],
    ids=["before", "byte after", "twice", "cut", "head", "comment", "nothing", "end", "mark"],
)
def test_bytes_before_after_or_instead_are_refused(packed, change):
    packed.write_bytes(change(packed.read_bytes()))
    with pytest.raises(IntegrityError):
        open_bundle(packed)


def test_a_comment_on_the_zip_is_refused(packed):
    with zipfile.ZipFile(packed, "a") as file:
        file.comment = b"hello"
    with pytest.raises(IntegrityError, match="ends where its directory ends"):
        open_bundle(packed)


@pytest.mark.parametrize("field", ["comment", "extra", "internal_attr", "date_time", "flag_bits"])
def test_an_entry_with_anything_beside_its_bytes_is_refused(tmp_path, field):
    info = _entry("a")
    value = {"comment": b"x", "extra": b"\1\2\0\0", "date_time": (2026, 1, 1, 0, 0, 0)}
    setattr(info, field, value.get(field, 8 if field == "flag_bits" else 1))
    with pytest.raises(IntegrityError):
        archive.unpack(_zip(tmp_path / "x.zip", (info, b"1")))
    assert archive.unpack(_zip(tmp_path / "y.zip", (_entry("a", 0o644), b"1"))) == {"a": b"1"}


def test_a_local_header_that_tells_another_story_is_refused(packed):
    data = bytearray(packed.read_bytes())
    for at, value in ((4, 45), (8, 0), (14, 1), (18, 200), (22, 200), (30, 88)):
        changed = bytearray(data)
        changed[at] = value if changed[at] != value else value ^ 1
        packed.write_bytes(changed)
        with pytest.raises(IntegrityError):
            open_bundle(packed)


@pytest.mark.parametrize(
    "name",
    ["../out", "/etc/passwd", "a\\b", "C:x", "a/./b", "x\ny", "a//b", "a/", "..", "é", "a\0b"],
)
def test_a_name_that_leaves_the_bundle_is_refused_in_a_zip_too(tmp_path, name):
    with pytest.raises(IntegrityError):
        archive.unpack(_zip(tmp_path / "x.zip", (_entry(name), b"x")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["schema.json", "SCHEMA.json"])
def test_two_entries_of_one_name_are_refused(packed, name):
    with zipfile.ZipFile(packed, "a") as file:
        file.writestr(_entry(name), b"[]")
    with pytest.raises(IntegrityError, match="twice"):
        open_bundle(packed)


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o040755, 0o140644])
def test_a_link_or_device_in_a_zip_is_refused(tmp_path, mode):
    with pytest.raises(IntegrityError, match="link or device"):
        archive.unpack(_zip(tmp_path / "x.zip", (_entry("manifest.json", mode), b"/etc/passwd")))


def test_a_bomb_is_refused_before_it_is_inflated(tmp_path, monkeypatch):
    path = _zip(tmp_path / "x.zip", ("manifest.json", bytes(2**26)), compression=8)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("inflated"))
    with pytest.raises(IntegrityError, match=r"'manifest.json' is compressed"):
        archive.unpack(path)


def test_entries_that_share_their_bytes_are_refused(tmp_path):
    honest = archive.pack({"a": bytes(1000)})
    with zipfile.ZipFile(io.BytesIO(honest)) as file:
        start = file.start_dir
    record = honest[start:-22]
    again = record.replace(b"a", b"b", 1) if record.endswith(b"a") else record
    again = record[:-1] + b"b"
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 2 * len(record), start, 0)
    (tmp_path / "x.zip").write_bytes(honest[:start] + record + again + end)
    with pytest.raises(IntegrityError, match=r"over each other|read"):
        archive.unpack(tmp_path / "x.zip")


@pytest.mark.parametrize(("count", "size"), [(0xFFFF, 100), (3, 2**31), (20_000, 2**20)])
def test_a_huge_directory_is_refused_before_it_is_parsed(packed, monkeypatch, count, size):
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, size, 0, 0)
    packed.write_bytes(packed.read_bytes()[:-22] + end)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("parsed"))
    with pytest.raises(IntegrityError, match="more than 10,000 files"):
        archive.unpack(packed)


def test_a_zip_inside_the_zip_is_only_a_file_that_the_manifest_must_name(packed):
    with zipfile.ZipFile(packed, "a") as file:
        file.writestr(_entry("z_more.zip", 0o644), packed.read_bytes())
    with pytest.raises(IntegrityError):
        open_bundle(packed)


def test_a_zip_that_another_tool_wrote_is_refused_with_what_to_do(bundle, tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        for one in sorted(bundle.rglob("*.json")):
            file.write(one, one.relative_to(bundle).as_posix())
    with pytest.raises(IntegrityError, match="unpack it and name the directory"):
        open_bundle(tmp_path / "x.zip")


def test_a_zip_larger_than_a_bundle_may_be_is_not_read(packed, monkeypatch):
    monkeypatch.setattr(archive, "BYTES", 100)
    with pytest.raises(IntegrityError, match="larger than a bundle may be"):
        archive.unpack(packed)

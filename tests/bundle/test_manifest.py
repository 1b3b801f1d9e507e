"""The table of contents has one spelling, and names nothing that could leave the bundle."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.bundle import manifest
from o16n.errors import IntegrityError
from o16n.files import canonical_json
from tests.bundle.strategies import TREES, changed_somewhere

GOOD = {
    "format": 1,
    "name": "small",
    "version": "1",
    "files": {"a/b.json": {"sha256": "0" * 64, "size": 3}, "c": {"sha256": "f" * 64, "size": 0}},
}


def _parse(told):
    return manifest.parse(canonical_json(told))


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z0-9_]{1,8}){0,2}[.]json", fullmatch=True),
        st.binary(max_size=40),
    )
)
def test_a_manifest_reads_back_as_written(contents):
    one = manifest.Manifest(name="m", version="1", files=manifest.entries(contents))
    assert manifest.parse(one.to_bytes()) == one
    assert one.identity == hashlib.sha256(one.to_bytes()).hexdigest()


def test_the_identity_names_manifest_bytes(credit):
    data = (credit.bundle / "manifest.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == credit.content.identity
    assert json.loads(data)["format"] == 1


@settings(deadline=None, max_examples=300)
@given(TREES)
def test_any_json_either_is_a_manifest_or_is_refused_in_one_line(told):
    with pytest.raises(IntegrityError):
        _parse(told)


@settings(deadline=None, max_examples=500)
@given(changed_somewhere(GOOD))
def test_a_manifest_with_any_value_exchanged_is_refused_or_is_another_identity(told):
    try:
        found = _parse(told)
    except IntegrityError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert found.to_bytes() == canonical_json(told)
        assert (
            canonical_json(told) == canonical_json(GOOD) or found.identity != _parse(GOOD).identity
        )


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_line(data):
    with pytest.raises(IntegrityError):
        manifest.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{\n "files": {},\n "format": 1,\n "name": "m",\n "name": "m",\n "version": "1"\n}\n',
        b'{\n "files": {},\n "format": 1.0,\n "name": "m",\n "version": "1"\n}\n',
        b'{\n "files": {},\n "format": true,\n "name": "m",\n "version": "1"\n}\n',
        b'{\n "files": {},\n "format": NaN,\n "name": "m",\n "version": "1"\n}\n',
        b'{\n "files": {},\n "format": 1,\n "name": "\\u006d",\n "version": "1"\n}\n',
        b'{\n "files": {},\n "format": 1,\n "name": "\\ud800",\n "version": "1"\n}\n',
        b'{\n "files": {},\n "format": ' + b"1" * 5000 + b',\n "name": "m",\n "version": "1"\n}\n',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        "{}".encode("utf-16"),
        b'\xef\xbb\xbf{\n "files": {},\n "format": 1,\n "name": "m",\n "version": "1"\n}\n',
    ],
    ids=[
        "key twice",
        "1.0",
        "true",
        "NaN",
        "escape",
        "surrogate",
        "huge int",
        "deep list",
        "deep object",
        "utf-16",
        "mark",
    ],
)
def test_another_spelling_is_refused(data):
    with pytest.raises(IntegrityError):
        manifest.parse(data)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ({"sha256": "0" * 64, "size": -1}, "size"),
        ({"sha256": "0" * 64, "size": 1.0}, "size"),
        ({"sha256": "0" * 64, "size": True}, "size"),
        ({"sha256": "0" * 64, "size": 10**30}, "size"),
        ({"sha256": "0" * 64, "size": None}, "size"),
        ({"sha256": "A" * 64, "size": 1}, "digest"),
        ({"sha256": "0" * 63, "size": 1}, "digest"),
        ({"sha256": "0" * 64 + "\n", "size": 1}, "digest"),
        ({"sha256": int("1" * 64), "size": 1}, "digest"),
        ({"sha256": "0" * 64}, "digest"),
        ({"sha256": "0" * 64, "size": 1, "mode": 1}, "digest"),
        ([], "digest"),
        (None, "digest"),
    ],
)
def test_an_entry_needs_a_digest_and_a_size_and_nothing_else(entry, why):
    with pytest.raises(IntegrityError, match=f"no proper {why} for 'a'"):
        _parse({**GOOD, "files": {"a": entry}})


BAD_NAMES = [
    "", "/", "a/", "/a", "a//b", ".", "..", "../out", "a/../b", "a/./b", "/etc/passwd", "a\\b",
    "\\\\server\\share", "C:x", "C:/x", "c:", "a:stream", "a\0b", "a\nb", "a\x7f", "é", "e\u0301",
    "\uff41", "a\u202eb", "a\u200b", "\u017f", "\u212a", ".hidden", "a/.git/x", "-rf", "~/x", "a.", "a ", " a",
    "con", "NUL", "com1.txt", "a/aux.json", "a*b", "a?b", "a|b", '"', "$HOME", "%2e%2e", "a" * 201,
]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_path_that_leaves_the_bundle_or_reads_differently_elsewhere_is_refused(name):
    with pytest.raises(IntegrityError, match="not allowed in a bundle"):
        manifest.safe_path(name)
    with pytest.raises(IntegrityError, match="not allowed in a bundle"):
        _parse({**GOOD, "files": {name: {"sha256": "0" * 64, "size": 1}}})


@pytest.mark.parametrize("name", ["a", "model/model.skops", "sbom.cdx.json", "a b/c-d_e.1", "conx"])
def test_a_plain_path_is_taken(name):
    assert manifest.safe_path(name) == name


@settings(deadline=None, max_examples=500)
@given(st.text(max_size=20))
def test_any_text_is_a_path_below_the_bundle_or_is_refused(tmp_path_factory, text):
    root = tmp_path_factory.getbasetemp()
    try:
        path = manifest.safe_path(text)
    except IntegrityError:
        return
    assert path.isascii()
    assert root in (root / path).resolve().parents


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("a", "A"), "differ only by case"),
        (("m/x", "M/x"), "differ only by case"),
        (("a", "a/b"), "'a' as a file and as a folder"),
        (("A", "a/b/c"), "'a' as a file and as a folder"),
    ],
)
def test_names_that_fall_together_on_another_disk_are_refused(names, why):
    entry = {"sha256": "0" * 64, "size": 1}
    with pytest.raises(IntegrityError, match=why):
        _parse({**GOOD, "files": dict.fromkeys(names, entry)})


def test_a_bundle_has_at_most_ten_thousand_files_and_four_gigabytes():
    entry = {"sha256": "0" * 64, "size": 1}
    with pytest.raises(IntegrityError, match="too many"):
        _parse({**GOOD, "files": {f"f{n}": entry for n in range(10_001)}})
    half = {"sha256": "0" * 64, "size": 3 * 2**30}
    with pytest.raises(IntegrityError, match="more bytes than a bundle may hold"):
        _parse({**GOOD, "files": {"a": half, "b": half}})

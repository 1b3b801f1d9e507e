"""A changed bundle is refused, whatever was changed."""

from __future__ import annotations

import json
import os
import random
import shutil
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from o16n.bundle import archive, manifest, write
from o16n.bundle.read import open_bundle
from o16n.bundle.verify import verify
from o16n.errors import BundleError, IntegrityError


@pytest.fixture
def bundle(tmp_path):
    contents = {
        "model/model.skops": b"not opened by verify",
        "schema.json": b"{}\n",
        "recipe/recipe.json": b"[1]\n",
    }
    staged = write.stage(contents, name="small", version="1", beside=tmp_path / "small-1")
    write.add_evidence(
        staged, {"run.json": b"{}\n", "notebook/source.ipynb": b"{}"}, date="2026-01-01T00:00:00Z"
    )
    return write.publish(staged, tmp_path / "small-1")


@pytest.mark.parametrize("name", ["manifest.json", "evidence/manifest.json"])
def test_every_single_bit_of_a_manifest_counts(bundle, name):
    place = bundle / name
    data = place.read_bytes()
    for at in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[at] ^= 1 << bit
            place.write_bytes(changed)
            with pytest.raises(BundleError):
                verify(bundle)
    place.write_bytes(data)
    verify(bundle)


def test_a_changed_byte_of_any_file_is_refused(credit, tmp_path):
    copy = shutil.copytree(credit.bundle, tmp_path / "copy")
    dice = random.Random(0)
    for file in sorted(one for one in copy.rglob("*") if one.is_file()):
        data = file.read_bytes()
        for _ in range(3):
            changed = bytearray(data)
            changed[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            file.write_bytes(changed)
            with pytest.raises(BundleError):
                verify(copy)
        file.write_bytes(data)
    verify(copy)


def test_an_extra_file_is_refused_by_name(bundle):
    (bundle / "model" / "more.txt").write_text("x")
    with pytest.raises(IntegrityError, match=r"model/more\.txt"):
        verify(bundle)


def test_a_missing_file_is_refused_by_name(bundle):
    (bundle / "schema.json").unlink()
    with pytest.raises(IntegrityError, match=r"missing: schema\.json"):
        verify(bundle)


def test_a_link_is_refused_even_to_equal_bytes(bundle, tmp_path):
    target = tmp_path / "same"
    target.write_bytes((bundle / "schema.json").read_bytes())
    (bundle / "schema.json").unlink()
    (bundle / "schema.json").symlink_to(target)
    with pytest.raises(IntegrityError, match="link"):
        verify(bundle)


def test_a_longer_file_is_refused_before_it_is_read(bundle):
    with (bundle / "schema.json").open("ab") as file:
        file.write(b" " * 10)
    with pytest.raises(IntegrityError, match="13 bytes, the manifest says 3"):
        verify(bundle)


def test_withheld_evidence_is_said_not_refused(bundle):
    shutil.rmtree(bundle / "evidence")
    assert verify(bundle).evidence_date is None


def test_evidence_of_another_bundle_is_refused(bundle, tmp_path):
    other = write.stage(
        {"schema.json": b"[]\n"}, name="other", version="1", beside=tmp_path / "other-1"
    )
    shutil.copytree(bundle / "evidence", other / "evidence")
    with pytest.raises(IntegrityError, match="not about this bundle"):
        verify(other)


def test_the_zip_is_the_same_bundle_and_the_same_bytes_each_time(bundle, tmp_path):
    one, two = (write.zip_bundle(bundle, tmp_path / name) for name in ("a.zip", "b.zip"))
    assert one.read_bytes() == two.read_bytes()
    assert open_bundle(one).identity == open_bundle(bundle).identity


@pytest.mark.parametrize("name", ["../out", "/etc/passwd", "a\\b", "C:x", "a/./b", "x\ny", "a//b"])
def test_a_path_that_leaves_the_bundle_is_refused(name, tmp_path):
    with pytest.raises(IntegrityError):
        manifest.safe_path(name)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        info = zipfile.ZipInfo("safe")
        info.filename = name
        file.writestr(info, b"x")
    with pytest.raises(IntegrityError):
        verify(tmp_path / "x.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(bundle, tmp_path):
    packed = write.zip_bundle(bundle, tmp_path / "a.zip")
    with zipfile.ZipFile(packed, "a") as file:
        file.writestr("SCHEMA.json", b"[]")
    with pytest.raises(IntegrityError, match="twice"):
        verify(packed)


def test_a_link_in_a_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        info = zipfile.ZipInfo("manifest.json")
        info.external_attr = 0o120777 << 16
        file.writestr(info, b"/etc/passwd")
    with pytest.raises(IntegrityError, match="link"):
        verify(tmp_path / "x.zip")


def test_nothing_is_overwritten(bundle, tmp_path):
    staged = write.stage({"a": b""}, name="x", version="1", beside=bundle)
    with pytest.raises(BundleError, match="nothing is overwritten"):
        write.publish(staged, bundle)


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}", fullmatch=True),
        st.binary(max_size=40),
        max_size=6,
    )
)
def test_a_manifest_reads_back_as_written(contents):
    one = manifest.Manifest(name="m", version="1", files=manifest.entries(contents))
    assert manifest.parse(one.to_bytes()) == one
    assert archive.pack(contents) == archive.pack(dict(reversed(contents.items())))


def test_verify_imports_neither_sklearn_nor_skops(credit):
    import subprocess
    import sys

    code = f"import sys; from o16n.bundle.verify import verify; verify(__import__('pathlib').Path({str(credit.bundle)!r})); print([m for m in ('sklearn','skops','pandas','numpy') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"


def test_the_identity_names_manifest_bytes(credit):
    import hashlib

    data = (credit.bundle / "manifest.json").read_bytes()
    assert hashlib.sha256(data).hexdigest() == credit.content.identity
    assert json.loads(data)["format"] == 1

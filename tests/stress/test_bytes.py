"""Every one of the 255 other values of every byte of both manifests is refused."""

from __future__ import annotations

import itertools

import pytest

from o16n.bundle import archive, evidence, manifest, write
from o16n.bundle.read import open_bundle
from o16n.errors import BundleError

SMALL = {"model/model.skops": b"not opened by verify", "schema.json": b"{}\n"}


@pytest.fixture
def bundle(tmp_path):
    staged = write.stage(SMALL, name="small", version="1", beside=tmp_path / "small-1")
    write.add_evidence(staged, {"run.json": b"{}\n"}, date="2026-01-01T00:00:00Z")
    return write.publish(staged, tmp_path / "small-1")


def _others(data):
    for at in range(len(data)):
        for value in range(256):
            if value != data[at]:
                yield data[:at] + bytes([value]) + data[at + 1 :]


@pytest.mark.parametrize("name", ["manifest.json", "evidence/manifest.json"])
def test_every_other_value_of_every_byte_of_a_manifest_is_refused(bundle, name):
    place = bundle / name
    data, refused = place.read_bytes(), 0
    for changed in _others(data):
        place.write_bytes(changed)
        with pytest.raises(BundleError):
            open_bundle(bundle)
        refused += 1
    assert refused == 255 * len(data)
    place.write_bytes(data)
    open_bundle(bundle)


def test_every_seventh_other_value_of_every_byte_of_a_zip_is_refused(bundle, tmp_path):
    place = write.zip_bundle(bundle, tmp_path / "small.zip")
    for changed in itertools.islice(_others(place.read_bytes()), 0, None, 7):
        place.write_bytes(changed)
        with pytest.raises(BundleError):
            open_bundle(place)


def test_a_manifest_alone_is_refused_or_another_for_every_other_value_of_a_byte(bundle):
    data = (bundle / "manifest.json").read_bytes()
    identity = manifest.parse(data).identity
    for changed in _others(data):
        try:
            assert manifest.parse(changed).identity != identity
        except BundleError:
            continue
    dated = (bundle / "evidence/manifest.json").read_bytes()
    for changed in _others(dated):
        with pytest.raises(BundleError):
            evidence.parse_evidence(changed, identity=identity)
    assert archive.pack({"a": b""})

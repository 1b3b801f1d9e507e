"""A changed bundle is refused, whatever was changed, and what is read are the verified bytes."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import socket
import threading
from pathlib import Path

import pytest

from o16n.bundle import read, write
from o16n.bundle.manifest import ENTRIES
from o16n.bundle.read import open_bundle
from o16n.errors import BundleError, IntegrityError

CHANGES = {
    "changed": lambda data, at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :],
    "inserted": lambda data, at: data[:at] + b"\0" + data[at:],
    "deleted": lambda data, at: data[:at] + data[at + 1 :],
    "truncated": lambda data, at: data[:at],
    "appended": lambda data, _: data + b"\n",
    "doubled": lambda data, _: data + data,
    "emptied": lambda _data, _at: b"",
}


@pytest.mark.parametrize("name", ["manifest.json", "evidence/manifest.json"])
def test_every_single_bit_of_a_manifest_counts(bundle, name):
    place = bundle / name
    data = place.read_bytes()
    for at in range(len(data)):
        for bit in range(8):
            place.write_bytes(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])
            with pytest.raises(BundleError):
                open_bundle(bundle)
    place.write_bytes(data)
    open_bundle(bundle)


@pytest.mark.parametrize("name", ["manifest.json", "evidence/manifest.json"])
@pytest.mark.parametrize("kind", CHANGES)
def test_every_place_of_a_manifest_counts(bundle, name, kind):
    place = bundle / name
    data = place.read_bytes()
    for at in range(len(data)):
        place.write_bytes(CHANGES[kind](data, at))
        with pytest.raises(BundleError):
            open_bundle(bundle)


def test_twenty_changed_bytes_of_every_file_of_a_real_bundle_are_refused(credit, tmp_path):
    copy = shutil.copytree(credit.bundle, tmp_path / "copy")
    dice = random.Random(0)
    files = sorted(one for one in copy.rglob("*") if one.is_file())
    assert len(files) > 15
    for file in files:
        data = file.read_bytes()
        for at in {0, len(data) - 1, *(dice.randrange(len(data)) for _ in range(18))}:
            file.write_bytes(
                data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
            )
            with pytest.raises(IntegrityError):
                open_bundle(copy)
        file.write_bytes(data)
    open_bundle(copy)


@pytest.mark.parametrize("kind", sorted(CHANGES.keys() - {"changed"}))
def test_every_other_change_to_every_file_of_a_real_bundle_is_refused(credit, tmp_path, kind):
    copy = shutil.copytree(credit.bundle, tmp_path / "copy")
    for file in sorted(one for one in copy.rglob("*") if one.is_file()):
        data = file.read_bytes()
        file.write_bytes(CHANGES[kind](data, len(data) // 2))
        with pytest.raises(IntegrityError):
            open_bundle(copy)
        file.write_bytes(data)
    open_bundle(copy)


@pytest.mark.parametrize(
    "name", ["more.txt", "model/more.txt", "evidence/more.txt", "model/.hidden", "MANIFEST2.json"]
)
def test_an_extra_file_is_refused_by_name(bundle, name):
    (bundle / name).write_text("x")
    with pytest.raises(IntegrityError, match=name.replace(".", r"\.")):
        open_bundle(bundle)


@pytest.mark.parametrize("name", ["schema.json", "evidence/run.json", "manifest.json"])
def test_a_missing_file_is_refused_by_name(bundle, name):
    (bundle / name).unlink()
    with pytest.raises(IntegrityError, match=rf"(missing: |has no ){name}"):
        open_bundle(bundle)


def test_evidence_without_its_manifest_is_refused(bundle):
    (bundle / "evidence/manifest.json").unlink()
    with pytest.raises(IntegrityError, match=r"has no evidence/manifest\.json"):
        open_bundle(bundle)


@pytest.mark.parametrize("name", ["empty", "model/empty", "evidence/empty", "approvals"])
def test_an_empty_folder_is_refused_by_name(bundle, name):
    (bundle / name).mkdir()
    with pytest.raises(IntegrityError, match=f"empty folder '{name}'"):
        open_bundle(bundle)


def test_a_link_is_refused_even_to_equal_bytes(bundle, tmp_path):
    shutil.copy(bundle / "schema.json", tmp_path / "same")
    (bundle / "schema.json").unlink()
    (bundle / "schema.json").symlink_to(tmp_path / "same")
    with pytest.raises(IntegrityError, match=r"'schema.json' is a link or device"):
        open_bundle(bundle)


def test_a_linked_folder_is_refused_even_with_equal_files(bundle, tmp_path):
    shutil.move(bundle / "model", tmp_path / "outside")
    (bundle / "model").symlink_to(tmp_path / "outside")
    with pytest.raises(IntegrityError, match="'model' is a link or device"):
        open_bundle(bundle)


def test_a_dangling_link_is_refused(bundle):
    (bundle / "schema.json").unlink()
    (bundle / "schema.json").symlink_to("nowhere")
    with pytest.raises(IntegrityError, match="link"):
        open_bundle(bundle)


def test_a_fifo_is_refused_without_waiting_for_a_writer(bundle):
    (bundle / "schema.json").unlink()
    os.mkfifo(bundle / "schema.json")
    with pytest.raises(IntegrityError, match="link or device"):
        open_bundle(bundle)


def test_a_socket_is_refused(tmp_path, bundle, monkeypatch):
    monkeypatch.chdir(bundle)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("more")
        with pytest.raises(IntegrityError, match="link or device"):
            open_bundle(bundle)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_refused(bundle):
    try:
        os.mknod(bundle / "zero", 0o020666, os.makedev(1, 5))
    except OSError as error:
        pytest.skip(f"this sandbox makes no devices: {error}")
    with pytest.raises(IntegrityError, match="link or device"):
        open_bundle(bundle)


def test_a_fifo_that_takes_a_files_place_after_the_look_is_refused(bundle, monkeypatch):
    tree = read._Directory(bundle)
    (bundle / "schema.json").unlink()
    os.mkfifo(bundle / "schema.json")
    with pytest.raises(IntegrityError, match="changed while it was read"):
        tree.bytes_of("schema.json")


def test_a_link_that_takes_a_files_place_after_the_look_is_refused(bundle):
    tree = read._Directory(bundle)
    (bundle / "schema.json").unlink()
    (bundle / "schema.json").symlink_to("/etc/hostname")
    with pytest.raises(IntegrityError, match=r"schema\.json: cannot be read"):
        tree.bytes_of("schema.json")


def test_a_hard_link_is_a_file_and_a_later_change_through_it_is_not_loaded(bundle, tmp_path):
    outside = tmp_path / "outside"
    os.link(bundle / "schema.json", outside)
    opened = open_bundle(bundle)
    outside.write_bytes(b"[]\n")
    assert opened.read("schema.json") == b"{}\n"
    with pytest.raises(IntegrityError, match=r"schema\.json: was changed"):
        open_bundle(bundle)


def test_each_file_is_opened_once(credit, monkeypatch):
    opened = []
    real = read.read_regular
    monkeypatch.setattr(
        read, "read_regular", lambda path, most: opened.append(str(path)) or real(path, most)
    )
    bundle = open_bundle(credit.bundle)
    for name in bundle.names():
        bundle.read(name)
    assert sorted(opened) == sorted({str(credit.bundle / name) for name in bundle.names()})


def test_what_is_read_is_what_was_verified_whoever_writes_meanwhile(bundle):
    honest, stop = (bundle / "schema.json").read_bytes(), threading.Event()

    def flip():
        while not stop.is_set():
            for data in (honest, b"[]\n"):
                (bundle / "schema.json").write_bytes(data)

    writer = threading.Thread(target=flip)
    writer.start()
    try:
        seen = set()
        for _ in range(300):
            try:
                seen.add(open_bundle(bundle).read("schema.json"))
            except IntegrityError:
                seen.add("refused")
    finally:
        stop.set()
        writer.join()
    assert seen <= {honest, "refused"}


def test_a_longer_file_is_refused_before_it_is_read(bundle, monkeypatch):
    with (bundle / "schema.json").open("ab") as file:
        file.write(b" " * 10)
    with pytest.raises(IntegrityError, match="13 bytes, the manifest says 3"):
        open_bundle(bundle)


def test_a_manifest_of_a_gigabyte_is_refused_before_it_is_read(bundle):
    os.truncate(bundle / "manifest.json", 2**30)
    with pytest.raises(IntegrityError, match="larger than the 16,777,216 bytes"):
        open_bundle(bundle)


def test_an_approval_of_a_gigabyte_is_refused_before_it_is_read(bundle):
    (bundle / "approvals").mkdir()
    (bundle / "approvals/a.json").write_bytes(b"")
    os.truncate(bundle / "approvals/a.json", 2**30)
    with pytest.raises(IntegrityError, match=r"approvals/a\.json: is larger"):
        open_bundle(bundle)


def test_approvals_stand_beside_the_manifests(bundle):
    (bundle / "approvals").mkdir()
    (bundle / "approvals/risk.json").write_bytes(b"{}")
    assert open_bundle(bundle).read("approvals/risk.json") == b"{}"


def test_a_swarm_of_files_is_refused_while_it_is_counted(bundle, monkeypatch):
    monkeypatch.setattr(read, "ENTRIES", 6)
    for place in range(6):
        (bundle / f"f{place}").write_bytes(b"")
    with pytest.raises(IntegrityError, match="more than 6 files"):
        open_bundle(bundle)
    assert ENTRIES == 10_000


def test_a_folder_that_cannot_be_read_is_refused_not_passed_over(bundle, monkeypatch):
    def scandir(path):
        if Path(os.fsdecode(path)).name == "model":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    real = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(IntegrityError, match="model: cannot be read: Permission denied"):
        open_bundle(bundle)


def test_a_file_that_cannot_be_read_is_refused_in_one_line(bundle, monkeypatch):
    def denied(path, most):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(read, "read_regular", denied)
    with pytest.raises(IntegrityError, match=r"manifest\.json: cannot be read: Permission denied"):
        open_bundle(bundle)


def test_the_caller_may_name_a_bundle_through_a_link_of_his_own(bundle, tmp_path):
    (tmp_path / "current").symlink_to(bundle)
    assert open_bundle(tmp_path / "current").identity == open_bundle(bundle).identity


@pytest.mark.parametrize("place", ["nowhere", "nowhere/else.zip"])
def test_a_place_without_a_bundle_is_said(tmp_path, place):
    with pytest.raises(BundleError, match="no bundle is there"):
        open_bundle(tmp_path / place)


def test_a_fifo_is_no_bundle(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BundleError, match="no bundle is there"):
        open_bundle(tmp_path / "pipe")


def test_withheld_evidence_is_said_not_refused(bundle):
    shutil.rmtree(bundle / "evidence")
    assert open_bundle(bundle).evidence_date is None


def test_evidence_of_another_bundle_is_refused(bundle, tmp_path):
    other = write.stage({"schema.json": b"[]\n"}, name="o", version="1", beside=tmp_path / "o-1")
    shutil.copytree(bundle / "evidence", other / "evidence")
    with pytest.raises(IntegrityError, match="not about this bundle"):
        open_bundle(other)


def test_a_file_that_is_not_there_is_asked_for_in_vain(bundle):
    with pytest.raises(BundleError, match=r"holds no golden.json"):
        open_bundle(bundle).read("golden.json")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Expecting"),
        ('{"a": 1, "a": 2}', "twice"),
        ("[NaN]", "NaN is not a finite number"),
        ("[-Infinity]", "-Infinity is not"),
        ("[1e999]", "1e999 is not"),
        ("[" * 100_000, "recursion|Expecting|too deeply"),
        ("1" * 5_000, "digits"),
        (b"\xff\xff", "decode"),
        ("", "Expecting"),
    ],
    ids=lambda one: str(one)[:12],
)
def test_a_document_that_is_not_plain_json_is_refused_in_one_line(text, why):
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BundleError, match=f"(?i)x.json: is not JSON: .*({why})") as caught:
        read.parse_json(data, where="x.json")
    assert "\n" not in str(caught.value)
    assert json.loads("[1e5]") == read.parse_json(b"[1e5]", where="x")

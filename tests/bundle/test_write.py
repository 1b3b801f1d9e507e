"""A bundle appears whole or not at all, and nothing is overwritten."""

from __future__ import annotations

import os
import time

import pytest

from o16n.bundle import write
from o16n.bundle.read import open_bundle
from o16n.errors import BundleError, IntegrityError, UsageError


def test_a_staged_bundle_is_hidden_until_it_is_published(tmp_path):
    staged = write.stage({"a": b"1"}, name="m", version="1", beside=tmp_path / "m-1")
    assert staged.name.startswith(".m-1.")
    assert staged.parent == tmp_path
    assert write.publish(staged, tmp_path / "m-1") == tmp_path / "m-1"
    assert [one.name for one in tmp_path.iterdir()] == ["m-1"]
    assert open_bundle(tmp_path / "m-1").read("a") == b"1"


def test_what_a_killed_packaging_left_is_swept_by_the_next_one_a_day_later(tmp_path):
    def left(name, hours):
        (tmp_path / name / "model").mkdir(parents=True)
        past = time.time() - 3600 * hours
        os.utime(tmp_path / name, (past, past))

    killed = write.stage({"a": b"1"}, name="m", version="1", beside=tmp_path / "m-1")
    assert killed.name.endswith(write.STAGED)
    os.utime(killed, (1, 1))
    left(f".n-4.x{write.STAGED}", 25)
    left(f".m-2.y{write.STAGED}", 23)  # another packaging may be at work
    left("m-3", 1000)
    left(".cache", 1000)
    (tmp_path / f".link{write.STAGED}").symlink_to(tmp_path / "m-3")
    os.utime(tmp_path / f".link{write.STAGED}", (1, 1), follow_symlinks=False)
    staged = write.stage({"a": b"1"}, name="m", version="1", beside=tmp_path / "m-5")
    assert {one.name for one in tmp_path.iterdir()} == {
        f".m-2.y{write.STAGED}", f".link{write.STAGED}", "m-3", ".cache", staged.name,
    }  # fmt: skip
    assert (tmp_path / "m-3" / "model").is_dir()


def test_everybody_may_read_what_was_written(tmp_path):
    staged = write.stage({"a/b": b"1"}, name="m", version="1", beside=tmp_path / "m-1")
    assert staged.stat().st_mode & 0o777 == 0o755
    assert (staged / "a/b").stat().st_mode & 0o777 == 0o644


def test_nothing_is_overwritten(bundle):
    staged = write.stage({"a": b""}, name="x", version="1", beside=bundle)
    with pytest.raises(BundleError, match="nothing is overwritten"):
        write.publish(staged, bundle)


def test_a_path_that_leaves_the_bundle_is_not_written(tmp_path):
    with pytest.raises(IntegrityError, match="not allowed"):
        write.stage({"../out": b"1"}, name="m", version="1", beside=tmp_path / "m-1")
    assert list(tmp_path.iterdir()) == []


def test_evidence_that_leaves_its_folder_is_not_written(bundle):
    with pytest.raises(IntegrityError, match="not allowed"):
        write.add_evidence(bundle, {"../schema.json": b"1"}, date="2026-01-01T00:00:00Z")
    open_bundle(bundle)


@pytest.mark.parametrize(
    ("taken", "next_one"),
    [
        ([], "m-1"),
        (["m-1"], "m-2"),
        (["m-1", "m-3.zip"], "m-4"),
        (["m-10", "m-9"], "m-11"),
        (["m-x", "mm-7", ".m-8.tmp"], "m-1"),
    ],
)
def test_places_count_up_over_directories_and_zips(tmp_path, taken, next_one):
    for name in taken:
        (tmp_path / name).mkdir()
    assert write.next_place(tmp_path, "m") == tmp_path / next_one


@pytest.mark.parametrize(
    ("name", "tidied"),
    [
        ("Credit risk", "Credit-risk"),
        ("../../etc", "etc"),
        ("", "model"),
        ("né", "n"),
        ("a/b", "a-b"),
        ("n" * 300, "n" * 80),
    ],
)
def test_a_name_becomes_one_that_a_path_can_hold(name, tidied):
    assert write.tidy(name) == tidied


def test_a_version_that_a_manifest_cannot_hold_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(UsageError, match=r"version '../1' is not allowed"):
        write.stage({"a": b"1"}, name="m", version="../1", beside=tmp_path / "m-1")
    assert list(tmp_path.iterdir()) == []


def test_a_zip_of_a_directory_leaves_the_directory_as_it_is(bundle, tmp_path):
    before = sorted((str(one), one.stat().st_mtime_ns) for one in bundle.rglob("*"))
    write.zip_bundle(bundle, tmp_path / "x.zip")
    assert sorted((str(one), one.stat().st_mtime_ns) for one in bundle.rglob("*")) == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["small-1", "x.zip"]

"""Code of a notebook runs only where its identity is trusted."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from o16n.bundle import trust
from o16n.bundle.read import open_bundle
from o16n.errors import TrustRequired


@pytest.fixture(autouse=True)
def own_store(tmp_path, monkeypatch):
    place = tmp_path / "config" / "trust"
    monkeypatch.setenv("O16N_TRUST", str(place))
    return place


@pytest.fixture
def opened(bundle):
    return open_bundle(bundle)


def test_nobody_is_trusted_until_accepted_by_name(opened):
    with pytest.raises(TrustRequired, match=f"--trust-code {opened.identity}") as caught:
        trust.require(opened, None)
    assert caught.value.exit_code == 2
    trust.require(opened, opened.identity)


def test_accepting_by_name_remembers_nothing(opened, own_store):
    trust.require(opened, opened.identity)
    assert not own_store.exists()


@pytest.mark.parametrize("change", ["upper", "short", "long", "empty"])
def test_only_the_exact_identity_accepts(opened, change):
    told = {"upper": opened.identity.upper(), "short": opened.identity[:12]}
    told |= {"long": opened.identity + "0", "empty": ""}
    with pytest.raises(TrustRequired, match="another bundle's code"):
        trust.require(opened, told[change])


def test_what_was_packaged_here_is_remembered_for_this_user_only(opened, own_store):
    trust.remember("0" * 64)
    trust.remember(opened.identity)
    trust.require(opened, None)
    assert own_store.stat().st_mode & 0o777 == 0o600
    assert own_store.parent.stat().st_mode & 0o777 == 0o700
    assert own_store.read_text() == "\n".join(sorted(["0" * 64, opened.identity])) + "\n"


def test_what_several_processes_remember_at_once_is_all_remembered(own_store):
    told = (
        "import sys; from o16n.bundle import trust\n"
        "for n in range(100): trust.remember(sys.argv[1] * 60 + f'{n:04d}')"
    )
    every = [subprocess.Popen([sys.executable, "-c", told, one]) for one in "abc"]
    assert [one.wait(60) for one in every] == [0, 0, 0]
    wanted = {one * 60 + f"{n:04d}" for one in "abc" for n in range(100)}
    assert set(own_store.read_text().split()) == wanted


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_store_that_others_can_write_tells_nothing(opened, own_store, mode):
    trust.remember(opened.identity)
    own_store.chmod(mode)
    with pytest.raises(TrustRequired, match="others can write"):
        trust.require(opened, None)
    with pytest.raises(TrustRequired, match="others can write"):
        trust.remember("0" * 64)
    trust.require(opened, opened.identity)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file away")
def test_a_store_of_another_user_tells_nothing(opened, own_store, monkeypatch):
    trust.remember(opened.identity)
    os.chown(own_store, 12345, 12345)
    with pytest.raises(TrustRequired, match="others can write"):
        trust.require(opened, None)


def test_a_store_that_is_a_link_is_not_followed(opened, own_store, tmp_path):
    own_store.parent.mkdir()
    (tmp_path / "theirs").write_text(opened.identity)
    own_store.symlink_to(tmp_path / "theirs")
    with pytest.raises(TrustRequired, match="cannot be read"):
        trust.require(opened, None)


def test_the_store_stands_in_the_users_configuration(monkeypatch, tmp_path):
    monkeypatch.delenv("O16N_TRUST")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert trust.store() == tmp_path / "o16n" / "trust"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    assert trust.store().parts[-3:] == (".config", "o16n", "trust")

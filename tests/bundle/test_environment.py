"""requirements.lock names what the bundle's modules are installed from, with hashes, and no address."""

from __future__ import annotations

import re
import sys

import pytest

from o16n.bundle import environment

METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Lay out a distribution as pip does, in a folder that comes first on `sys.path`."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def lay_out(name, version, *needs):
        module = name.replace("-", "_")
        (tmp_path / f"{module}.py").write_text("")
        about = tmp_path / f"{module}-{version}.dist-info"
        about.mkdir()
        told = "".join(f"Requires-Dist: {one}\n" for one in needs)
        (about / "METADATA").write_text(METADATA.format(name=name, version=version, needs=told))
        (about / "RECORD").write_text(f"{module}.py,,\n{about.name}/METADATA,,\n")

    return lay_out


def test_what_a_module_needs_is_locked_with_it_but_not_its_extras(install):
    install("first-thing", "1.0", "second_thing>=2", "never-installed", 'third; extra == "all"')
    install("second-thing", "2.5", "first-thing")
    install("third", "3.0")
    assert environment.closure(["first_thing"]) == {"first-thing": "1.0", "second-thing": "2.5"}
    assert environment.closure(["no_such_module"]) == {}


def test_what_is_installed_while_the_kernel_lives_is_found(install):
    install("first-thing", "1.0")
    assert environment.closure(["late_thing"]) == {}
    install("late-thing", "0.1")
    assert environment.closure(["late_thing", "first_thing"]) == {
        "late-thing": "0.1",
        "first-thing": "1.0",
    }


def test_a_lock_beside_the_notebook_tells_hashes_and_an_unknown_version_is_said(install, tmp_path):
    install("first-thing", "1.0", "second-thing")
    install("second-thing", "2.5")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text(
        f"first_thing==1.0 ; python_version > '3' \\\n    --hash=sha256:{'b' * 64} \\\n"
        f"    --hash=sha256:{'a' * 64}\nsecond-thing==2.4 --hash=sha256:{'c' * 64}\n"
    )
    assert environment.lock_text(["first_thing"], beside=folder).splitlines()[1:] == [
        "first-thing==1.0 \\",
        f"    --hash=sha256:{'a' * 64} \\",
        f"    --hash=sha256:{'b' * 64}",
        "second-thing==2.5  # no hash known",
    ]


def test_the_scoring_set_of_a_scikit_learn_model_is_pinned_hashed_and_without_addresses():
    text = environment.lock_text(["sklearn", "pandas"])
    pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", text, re.MULTILINE))
    assert {"scikit-learn", "pandas", "numpy", "scipy", "joblib"} <= pinned.keys()
    assert pinned["numpy"] == sys.modules["importlib.metadata"].version("numpy")
    assert not pinned.keys() & {"papermill", "shap", "ipykernel"}
    assert "://" not in text
    assert "no hash known" not in text

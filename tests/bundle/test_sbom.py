"""The list of components is the lock's, one for one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from o16n.bundle.sbom import sbom

LOCK = """# made by o16n
numpy==2.1.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
scikit-learn==1.5.2
# pandas==2.0.0
"""


def test_each_pinned_package_is_a_component_with_its_address_in_the_index():
    document = sbom(LOCK)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert [(one["name"], one["version"], one["purl"]) for one in document["components"]] == [
        ("numpy", "2.1.0", "pkg:pypi/numpy@2.1.0"),
        ("scikit-learn", "1.5.2", "pkg:pypi/scikit-learn@1.5.2"),
    ]
    assert {one["bom-ref"] == one["purl"] for one in document["components"]} == {True}


def test_a_component_says_whether_its_files_are_locked_by_hashes():
    first, second = sbom(LOCK.replace("aaaa", "a" * 64).replace("bbbb", "b" * 64))["components"]
    assert first["description"] == "locked with hashes"
    assert "description" not in second


def test_an_empty_lock_lists_nothing():
    assert sbom("")["components"] == []


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){1,2}", fullmatch=True)


@given(st.dictionaries(NAMES, VERSIONS, max_size=6))
def test_every_line_of_a_lock_is_listed_in_its_order(pins):
    lock = "".join(f"{name}=={version}\n" for name, version in pins.items())
    found = {one["name"]: one["version"] for one in sbom(lock)["components"]}
    assert found == pins
    assert list(found) == list(pins)

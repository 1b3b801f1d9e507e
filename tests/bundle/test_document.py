"""A document is read into the dataclass that describes it, or refused by the path of what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.bundle.document import read, read_versioned
from o16n.errors import BundleError
from tests.bundle.strategies import TREES


@dataclass(frozen=True, kw_only=True)
class Inner:
    """A part."""

    size: float
    kind: Literal["a", "b"] = "a"


@dataclass(frozen=True, kw_only=True)
class Outer:
    """A whole."""

    name: str | int
    parts: tuple[Inner, ...] = ()
    by_name: dict[str, int] | None = None
    sure: bool = False
    anything: Any = None


GOOD = {
    "name": "x",
    "parts": [{"size": 1}, {"size": 2.5, "kind": "b"}],
    "by_name": {"n": 3},
    "sure": True,
}


def test_a_good_document_is_read():
    found = read(Outer, {**GOOD, "anything": [{"a": None}]}, where="x.json")
    assert found == Outer(
        name="x", parts=(Inner(size=1), Inner(size=2.5, kind="b")), by_name={"n": 3}, sure=True, anything=[{"a": None}]
    )  # fmt: skip
    assert read(Outer, {"name": 7}, where="x.json") == Outer(name=7)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "x.json: has 'None' at name, where text stands"),
        ({"name": 1.5}, "at name, where text"), ({"name": True}, "at name"),
        ({"more": 1}, "x.json: has an unknown field 'more'"),
        ({"parts": {}}, "has '{}' at parts, where a list stands"),
        ({"parts": [{"size": 1}, {}]}, "has no field 'size' at parts[1]"),
        ({"parts": [{"size": "1"}]}, "has '1' at parts[0].size, where a number stands"),
        ({"parts": [{"size": True}]}, "at parts[0].size, where a number stands"),
        ({"parts": [{"size": 1, "kind": "c"}]}, "at parts[0].kind, where 'a' or 'b' stands"),
        ({"parts": [7]}, "at parts[0], where an object stands"),
        ({"by_name": {"n": 1.0}}, "at by_name.n, where a whole number stands"),
        ({"by_name": []}, "at by_name, where an object stands"),
        ({"sure": 1}, "at sure, where true or false stands"), ({"sure": None}, "at sure"),
    ],
    ids=range(14),
)  # fmt: skip
def test_a_wrong_field_is_refused_by_its_path(change, message):
    with pytest.raises(BundleError) as caught:
        read(Outer, {**GOOD, **change}, where="x.json")
    assert message in str(caught.value)


@pytest.mark.parametrize("told", [None, [], "x", 1, {}], ids=str)
def test_what_is_no_such_object_is_refused(told):
    with pytest.raises(BundleError):
        read(Outer, told, where="x.json")


@pytest.mark.parametrize("told", [0, 2, 1.0, True, "1", None])
def test_another_format_is_refused_saying_which_is_read(told):
    with pytest.raises(BundleError, match=r"has format .*, and this o16n reads 1; a newer o16n"):
        read_versioned(Outer, {**GOOD, "format": told}, version=1, where="x.json")
    with pytest.raises(BundleError, match="is not an object"):
        read_versioned(Outer, [told], version=1, where="x.json")
    assert read_versioned(Outer, {**GOOD, "format": 1}, version=1, where="x").name == "x"


@given(TREES | st.dictionaries(st.sampled_from(["name", "parts", "by_name", "sure"]), TREES))
def test_any_json_is_read_or_refused_in_one_line(told):
    try:
        assert isinstance(read(Outer, told, where="x.json"), Outer)
    except BundleError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right

"""What a name may stand for: each thing once, by place where it is known, under the names it goes by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.notebook.notebook import Place
from o16n.notebook.values import (
    WIDEST,
    Made,
    Many,
    Ref,
    Scope,
    Text,
    bind,
    chained,
    either,
    is_sure,
    loose,
    made_in,
)

HERE = Place(cell=1, line=1)


def thing(cls="a.B", **how):
    return Made(cls=cls, place=HERE, **how)


def texts(values):
    return [one.text for one in values]


SINGLE = st.sampled_from("abc").map(lambda one: (Text(one),))
PLAIN = st.lists(SINGLE, max_size=4).map(lambda parts: Many(list(enumerate(parts))))


@given(
    st.lists(st.lists(st.integers(0, 60).map(str).map(Text), max_size=30).map(tuple), max_size=4)
)
def test_each_thing_is_meant_once_in_the_order_it_came_and_no_more_than_people_read(choices):
    every = list(dict.fromkeys(one.text for values in choices for one in values))
    assert texts(either(*choices)) == every[:WIDEST]


def test_equal_texts_and_references_are_one_and_equal_objects_are_two():
    one, other = thing(), thing()
    assert either((Text("a"), Ref("x")), (Ref("x"), Text("a"))) == (Text("a"), Ref("x"))
    assert either((one, other), (one,)) == (one, other)
    assert either((Many(), Many())) != either((Many(),))


@given(PLAIN, PLAIN, st.integers(0, 7))
def test_a_sum_of_two_known_lists_has_the_places_of_python_s_own(left, right, place):
    plain = [texts(part)[0] for one in (left, right) for _, part in one.parts]
    found = chained((left,), (right,))
    assert [texts(part)[0] for _, part in found.parts] == plain
    if place < len(plain):
        assert texts(found.at(place)) == [plain[place]]


@given(PLAIN, PLAIN, st.integers(0, 3))
def test_a_sum_with_a_side_that_is_not_certain_tells_no_place_of_what_follows(left, right, place):
    for sides in (((left, Many()), (right,)), ((), (right,)), ((left,), (right, right))):
        held = {one.text for _, part in right.parts for one in part}
        assert held <= {one.text for one in chained(*sides).at(place)} or not right.parts


@given(PLAIN)
def test_a_list_whose_places_are_lost_may_have_anything_anywhere(many):
    lost = loose(many)
    for place in range(len(many.parts)):
        assert lost.at(place) == many.every()
    assert loose(Many([("k", (Text("a"),)), (0, (Text("b"),))])).at("k") == (Text("a"), Text("b"))


@pytest.mark.parametrize(
    ("key", "found"),
    [("k", ["a"]), (1, ["b"]), (1.0, ["c"]), (True, ["d"]), (None, ["a", "b", "c", "d"]), ("gone", ["a", "b", "c", "d"])],
    ids=repr,
)  # fmt: skip
def test_a_key_is_found_by_value_and_type_and_an_unknown_one_may_be_any(key, found):
    many = Many(list(zip(["k", 1, 1.0, True], [(Text(one),) for one in "abcd"], strict=True)))
    assert texts(many.at(key)) == found


def test_what_was_put_under_a_key_that_is_not_known_may_stand_under_every_key():
    many = Many([("k", (Text("a"),)), (None, (Text("b"),)), ("j", (Text("c"),))])
    assert texts(many.at("k")) == ["a", "b"]


def test_objects_are_found_inside_lists_to_a_depth():
    one, other = thing(), thing()
    inside = Many([(0, (Many([(0, (one,))]),)), (1, (other, Text("x")))])
    assert made_in((inside,)) == (one, other)
    assert made_in((inside,), depth=1) == (other,)
    knot = Many()
    knot.parts.append((0, (knot, one)))
    assert set(made_in((knot,))) == {one}


@pytest.mark.parametrize(
    ("values", "sure"),
    [
        ((), True),
        ((Text("a"),), True),
        ((Text("a"), Text("b")), False),
        ((Many([(0, (Text("a"),)), (1, (Text("b"),))]),), True),
        ((Many([(0, (Text("a"), Text("b")))]),), False),
        ((Many([(0, (Many([(0, (Text("a"), Text("b")))]),))]),), False),
    ],
)
def test_one_thing_at_each_place_is_certain(values, sure):
    assert is_sure(values) is sure


def test_an_object_goes_by_the_first_name_it_was_given_at_the_top():
    one = thing()
    assert one.name == ""
    bind("inner", (one,), local=True)
    assert one.name == "inner"
    for name in ("m", "best", "m"):
        bind(name, (one, Text("x")))
    assert (one.name, one.names, one.local) == ("m", ["m", "best"], ["inner"])


def test_an_object_in_a_list_or_dict_goes_by_its_place_until_it_has_a_name():
    one, other, third = thing(), thing(), thing()
    bind("own", (other,))
    bind("models", (Many([("rf", (one,)), (0, (other,)), (None, (third,))]),))
    assert (one.name, other.names, third.name) == ("models['rf']", ["own"], "")


def test_a_copy_is_the_same_thing_at_another_place_without_a_name():
    one = thing(inner=(thing("c.D"),), bases=("e.F",), sure=False, ends=False, names=["m"])
    again = one.copy(Place(cell=4))
    assert (again.cls, again.inner, again.bases) == (one.cls, one.inner, one.bases)
    assert (again.sure, again.ends, again.place, again.names) == (False, False, Place(cell=4), [])


def test_a_name_is_looked_up_outwards():
    outer = Scope(names={"a": (Text("out"),), "b": (Text("out"),)})
    inner = Scope(names={"a": (Text("in"),), "c": ()}, outer=outer)
    assert [inner.find(name) for name in "abcd"] == [(Text("in"),), (Text("out"),), (), None]

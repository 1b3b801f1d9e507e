"""The picture of columns has a line for each feed, its names fold where they are too many, and it hides nothing."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.reports import figures, flow
from tests.reports.test_figures import SVG, drawn, texts

SMALL = {
    "raw": ["bill_length", "sex", "year"],
    "inputs": ["bill_length", "sex_female", "sex_male"],
    "feeds": [[0, 0], [1, 1], [1, 2]],
}


def picture(told):
    return figures.columns({"data": {"flow": told}})


def test_a_small_picture_is_as_its_golden_file(golden):
    source = picture(SMALL).source.removeprefix("data:image/svg+xml;base64,")
    golden("figures", "flow.svg", base64.b64decode(source).decode())


def test_names_stand_on_their_sides_and_each_feed_is_a_line():
    svg = drawn(picture(SMALL).source)
    assert texts(svg) == ["raw column", "model input", *SMALL["raw"], *SMALL["inputs"]]
    assert len(list(svg.iter(f"{SVG}path"))) == 3


def test_what_feeds_nothing_is_there_in_grey():
    svg = drawn(picture(SMALL).source)
    grey = [one.text for one in svg.iter(f"{SVG}text") if one.get("class") == "soft"]
    assert grey == ["raw column", "model input", "year"]


def test_the_picture_is_told_in_words():
    assert picture(SMALL).alt == "2 of 3 raw columns feed 3 model inputs: bill_length, sex"
    assert (
        flow.alt({"raw": [], "inputs": [], "feeds": []}) == "0 of 0 raw columns feed 0 model inputs"
    )


def test_many_inputs_of_one_column_become_one_name_and_one_line():
    levels = [f"town_{n}" for n in range(40)]
    told = {"raw": ["age", "town"], "inputs": ["age", *levels], "feeds": [[0, 0], *([1, n] for n in range(1, 41))]}  # fmt: skip
    _, right, lines = flow.folded(told)
    assert right.names == ("age", "40 of town")
    assert lines == [(0, 0), (1, 1)]


def test_many_raw_columns_that_feed_nothing_become_one_name():
    told = {"raw": [f"c{n}" for n in range(50)], "inputs": ["x"], "feeds": [[3, 0], [9, 0]]}
    left, _, lines = flow.folded(told)
    assert left.names == ("48 that feed no input", "c3", "c9")
    assert lines == [(1, 0), (2, 0)]


FLOWS = st.integers(1, 80).flatmap(
    lambda raw: st.integers(1, 80).flatmap(
        lambda inputs: st.fixed_dictionaries(
            {
                "raw": st.just([f"r{n}" for n in range(raw)]),
                "inputs": st.just([f"i{n}" for n in range(inputs)]),
                "feeds": st.lists(st.tuples(st.integers(0, raw - 1), st.integers(0, inputs - 1)), max_size=200),
            }
        )
    )
)  # fmt: skip


@given(told=FLOWS)
def test_however_many_there_are_none_is_lost_and_the_picture_stays_small(told):
    left, right, lines = flow.folded(told)
    for side, names in ((left, told["raw"]), (right, told["inputs"])):
        assert len(side.names) <= flow.MANY
        assert len(side.at) == len(names)
        assert set(side.at) == set(range(len(side.names)))
        counts = [int(found.group(1)) if (found := re.match(r"(\d+) (of|others|that|fed)", one)) else 1 for one in side.names]  # fmt: skip
        assert all(count >= 1 for count in counts)
    assert set(lines) == {(left.at[one], right.at[other]) for one, other in told["feeds"]}


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '" onload="alert(2)', "a\x00b", "x" * 300]
)
def test_names_of_columns_are_text_and_stay_short(name):
    svg = drawn(picture({"raw": [name], "inputs": [name], "feeds": [[0, 0]]}).source)
    assert len(texts(svg)) == 4
    assert all(len(one) <= 26 for one in texts(svg))
    assert {one.tag for one in svg.iter()} <= {f"{SVG}{tag}" for tag in ("svg", "style", "text", "path", "circle")}  # fmt: skip

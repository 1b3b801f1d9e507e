"""Figures are well-formed SVG whose marks stand where the numbers say."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.reports import figures
from tests.reports.contents import (
    ATTACKS,
    BASELINE,
    CALIBRATION,
    EXPLANATION,
    METRIC,
    SLICES,
    case,
    driver,
)

SVG = "{http://www.w3.org/2000/svg}"


def drawn(source):
    return ET.fromstring(base64.b64decode(source.removeprefix("data:image/svg+xml;base64,")))


def texts(picture):
    return [one.text for one in picture.iter(f"{SVG}text")]


def evidence(one):
    return one["outcome"]["evidence"]


def test_the_longest_bar_is_the_strongest_and_bars_keep_the_proportion():
    told = {"drivers": [driver("a", 0.8, 0.7, 0.9), driver("b", 0.2, 0.1, 0.3)]}
    bars = [float(one.get("width")) for one in drawn(figures.drivers(told)).iter(f"{SVG}rect")]
    assert bars[0] / bars[1] == pytest.approx(4, rel=0.01)


def test_a_driver_has_whiskers_only_where_its_interval_has_a_width():
    wide = drawn(figures.drivers({"drivers": [driver("a", 0.8, 0.7, 0.9)]}))
    none = drawn(figures.drivers({"drivers": [driver("a", 0.8, 0.8, 0.8)]}))
    assert len(list(wide.iter(f"{SVG}line"))) == 3
    assert list(none.iter(f"{SVG}line")) == []


def test_more_drivers_than_fit_are_cut_and_the_figure_stays_small():
    told = {"drivers": [driver(f"column {n}", 1 / (n + 1), 0, 1) for n in range(300)]}
    assert len(list(drawn(figures.drivers(told)).iter(f"{SVG}rect"))) == figures.MOST
    assert len(figures.drivers(told)) < 12_000


def test_a_waterfall_shows_what_lifts_and_what_lowers_and_sums_up_the_rest():
    parts = [{"column": f"c{n}", "value": str(n), "amount": (-1) ** n * 0.1} for n in range(13)]
    picture = drawn(figures.waterfall(case(contributions=parts)))
    assert {one.get("class") for one in picture.iter(f"{SVG}rect")} == {"bar", "down"}
    assert "all others" in texts(picture)
    assert "c0 = 0" in texts(picture)


def test_the_metric_stands_above_its_baseline_on_one_scale():
    rows = evidence(BASELINE)["tables"][0]["rows"]
    picture = drawn(figures.beside_baseline(evidence(METRIC), rows).source)
    own, constant = (float(one.get("cx")) for one in picture.iter(f"{SVG}circle"))
    assert own > constant
    assert texts(picture) == ["this model", "0.724", "always the same answer", "0.5"]


def test_every_named_figure_is_drawn_and_a_foreign_name_is_passed_over():
    assert [one.alt[:9] for one in figures.of_evidence(evidence(METRIC))] == [
        "ROC curve",
        "Counts of",
    ]
    assert len(figures.of_evidence(evidence(CALIBRATION))) == 1
    assert figures.of_evidence({}) == []


def test_calibration_on_the_diagonal_lies_on_the_dashed_line():
    told = {"data": {"bins": [[10, 0.2, 0.2], [10, 0.7, 0.7]]}}
    for dot in drawn(figures.calibration(told).source).iter(f"{SVG}circle"):
        across, down = float(dot.get("cx")) - 44, float(dot.get("cy")) - 10
        assert across + down == pytest.approx(figures.SIDE)


def test_a_confusion_matrix_has_each_count_and_shades_by_the_share_of_its_row():
    told = {"data": {"confusion": {"labels": ["no", "yes"], "counts": [[8, 2], [0, 5]]}}}
    picture = drawn(figures.confusion(told).source)
    assert texts(picture)[:4] == ["8", "2", "0", "5"]
    shades = [float(one.get("fill-opacity")) for one in picture.iter(f"{SVG}rect")]
    assert shades[3] > shades[0] > shades[1] > shades[2]


def test_a_weaker_slice_stands_right_of_the_line():
    picture = drawn(figures.slices(evidence(SLICES)).source)
    zero = next(one for one in picture.iter(f"{SVG}line") if one.get("class") == "even")
    dots = [float(one.get("cx")) for one in picture.iter(f"{SVG}circle")]
    assert dots[0] > dots[1] > float(zero.get("x1"))


def test_residuals_show_the_middle_and_its_spread_about_zero():
    told = {"data": {"residuals": [[100.0, -20.0, -5.0, 10.0], [200.0, -10.0, 5.0, 30.0]]}}
    picture = drawn(figures.residuals(told).source)
    zero = next(one for one in picture.iter(f"{SVG}line") if one.get("class") == "even")
    under, over = (float(one.get("cx")) for one in picture.iter(f"{SVG}circle"))
    assert under < float(zero.get("x1")) < over
    assert "predicted 100" in texts(picture)


@pytest.mark.parametrize("name", sorted(figures.DRAWN))
def test_a_figure_of_nothing_is_still_a_picture(name):
    drawn(figures.DRAWN[name]({"data": {}, "tables": [{"rows": []}]}).source)


@pytest.mark.parametrize("attack", [*ATTACKS, "\x00\x1b[31m", "\ud800", "a" * 500])
def test_a_hostile_label_is_text_in_every_figure(attack):
    row = [attack, 3, 0.1, 0.2, 0.1, 0.0, 0.2, ""]
    for source in (
        figures.drivers({"drivers": [driver(attack, 0.5, 0.4, 0.6)]}),
        figures.waterfall(case(column=attack, value=attack)),
        figures.slices({"tables": [{"rows": [row]}]}).source,
        figures.confusion({"data": {"confusion": {"labels": [attack], "counts": [[1]]}}}).source,
        figures.beside_baseline(evidence(METRIC), [[attack, 0.5]]).source,
    ):
        tags = {one.tag.removeprefix(SVG) for one in drawn(source).iter()}
        assert tags <= {"svg", "style", "text", "rect", "line", "circle", "polyline"}


@given(st.text(max_size=80))
def test_any_text_becomes_a_label_that_svg_can_hold(text):
    drawn(figures.drivers({"drivers": [driver(text, 0.5, 0.4, 0.6)]}))
    assert len(figures.short(text)) <= 26


finite = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(st.lists(st.tuples(finite, finite, finite), min_size=1, max_size=6))
def test_every_mark_stands_inside_its_figure(values):
    rows = [["slice", 30, 0.5, 0.5, *sorted(one)[1:2], *sorted(one)[::2], ""] for one in values]
    picture = drawn(figures.slices({"tables": [{"rows": rows}]}).source)
    for dot in picture.iter(f"{SVG}circle"):
        assert 0 <= float(dot.get("cx")) <= figures.SPAN


def test_the_explanations_own_figure_names_its_columns():
    assert {"duration", "purpose"} <= set(texts(drawn(figures.drivers(EXPLANATION))))

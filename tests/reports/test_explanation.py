"""One view of an explanation is drawn as page, card, Markdown and text: golden, whole, offline, escaped."""

from __future__ import annotations

import base64
import html
import itertools
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from o16n.reports.explanation import (
    explanation_card,
    explanation_markdown,
    explanation_page,
    explanation_text,
    view_of,
)
from tests.reports.contents import ATTACKS, EVERY, MINIMAL, OLDER, PERMUTED, driver
from tests.reports.test_pages import DATA, Outline, body, words
from tests.reports.told import EFFECTS, FULL, SHAPES, TOLD, hostile

ALL = {**EVERY, **SHAPES, "attacked": hostile()}
FORMS = {
    "page": explanation_page,
    "card": explanation_card,
    "markdown": explanation_markdown,
    "text": explanation_text,
}


def section(content, anchor):
    return next(one for one in view_of(content).sections if one.anchor == anchor)


def said(content, anchor):
    return " ".join(section(content, anchor).words)


def answers(content):
    return {one.text: one.answer for one in view_of(content).questions}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_page_is_as_its_golden_file(golden, shape):
    page = body(explanation_page(SHAPES[shape]))
    decoded = re.sub(
        r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)",
        lambda found: html.escape(base64.b64decode(found[1]).decode()),
        page,
    )
    golden("pages", f"explained_{shape}.html", decoded)


@pytest.mark.parametrize(
    ("name", "suffix"), [("markdown", "md"), ("text", "txt"), ("card", "html")]
)
def test_the_other_forms_are_as_their_golden_files(golden, name, suffix):
    golden("cards", f"explained.{suffix}", FORMS[name](FULL))


@pytest.mark.parametrize("shape", ALL)
@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_every_shape_renders_and_names_the_model(name, shape):
    text = FORMS[name](ALL[shape])
    told = text if name == "text" else html.unescape(text)
    assert ALL[shape].name in told


@pytest.mark.parametrize("shape", ALL)
def test_the_page_is_whole_by_its_outline(shape):
    found = Outline(explanation_page(ALL[shape]))
    assert len(found.ids) == len(set(found.ids))
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(two - one <= 1 for one, two in itertools.pairwise(levels))
    assert all(attrs.get("alt") for tag, attrs in found.tags if tag == "img")
    assert not any("style" in attrs for _, attrs in found.tags)
    targets = [attrs["href"][1:] for tag, attrs in found.tags if tag == "a"]
    assert set(targets) <= set(found.ids)
    assert bool(targets) == bool(ALL[shape].explanation)


def test_all_forms_tell_the_same_sentences():
    view = view_of(FULL)
    page, text = words(explanation_page(FULL)), explanation_text(FULL)
    markdown = html.unescape(explanation_markdown(FULL))
    sentences = [view.badge.sentence, *view.drivers]
    sentences += [one for part in view.sections for one in part.words]
    for one in sentences:
        assert one in text
        assert one in markdown
        assert one.lower() in page.lower()


def test_every_figure_has_its_numbers_in_a_table_and_is_well_formed():
    for part in view_of(FULL).sections:
        assert not part.figures or any(fold.tables for fold in part.folds), part.anchor
        for figure in (*part.figures, *(one for fold in part.folds for one in fold.figures)):
            root = ET.fromstring(base64.b64decode(figure.source.split(",")[1]))
            assert float(root.get("width")) > 0
            assert figure.caption


def test_what_is_drawn_stays_inside_its_picture():
    for shape in (FULL, SHAPES["many_classes"], hostile()):
        for part in view_of(shape).sections:
            for figure in part.figures:
                root = ET.fromstring(base64.b64decode(figure.source.split(",")[1]))
                wide, high = float(root.get("width")), float(root.get("height"))
                for one in root.iter("{http://www.w3.org/2000/svg}circle"):
                    assert 0 <= float(one.get("cx")) <= wide
                    assert 0 <= float(one.get("cy")) <= high
                for one in root.iter("{http://www.w3.org/2000/svg}rect"):
                    assert float(one.get("x")) + float(one.get("width")) <= wide


def test_the_json_twin_holds_every_number():
    told = json.loads(DATA.search(explanation_page(FULL))[1])
    assert told["explanation"] == json.loads(json.dumps(TOLD))
    assert told["effects"] == json.loads(json.dumps(EFFECTS))


def test_a_page_of_thirty_columns_stays_below_one_megabyte():
    many = [driver(f"column_{n}", 1 / (n + 1), 0.01, 0.5, 0.3) for n in range(30)]
    parts = [{"column": f"column_{n}", "value": "x" * 20, "amount": 0.1} for n in range(30)]
    cases = [{**TOLD["cases"][0], "row": str(n), "contributions": parts} for n in range(8)]
    curves = [{**EFFECTS["curves"][0], "column": f"column_{n}"} for n in range(5)]
    content = replace(
        FULL,
        explanation={**TOLD, "drivers": many, "cases": cases},
        effects={**EFFECTS, "curves": curves},
    )
    assert len(explanation_page(content).encode()) <= 1_000_000


@pytest.mark.parametrize("name", ["page", "card", "markdown"])
def test_attacks_are_shown_and_add_no_element(name):
    text = FORMS[name](hostile())
    assert "<script>alert" not in text
    assert "onload=alert(5)>" not in text
    shown = html.unescape(text)
    for attack in ATTACKS[:4]:
        assert attack in shown
    found = Outline(explanation_page(hostile()))
    assert [tag for tag, _ in found.tags].count("script") == 2
    assert not any(key.startswith("on") for _, attrs in found.tags for key in attrs)


@pytest.mark.parametrize(
    ("shape", "state", "word"),
    [
        (FULL, "Passed", "exact"),
        (SHAPES["sampled"], "Passed", "adds up, estimated"),
        (SHAPES["misses"], "Failed", "does not add up"),
        (PERMUTED, "NotAssessed", "importance only"),
        (MINIMAL, "NotAssessed", "no explanation"),
    ],
    ids=["exact", "sampled", "misses", "permuted", "none"],
)
def test_the_badge_says_whether_the_numbers_are_right(shape, state, word):
    badge = view_of(shape).badge
    assert (badge.state, badge.word) == (state, word)
    assert f'class="state {state}"' in explanation_page(shape)
    assert ("exact" in explanation_text(shape)) is (
        word == "exact" or "Nothing is exact" in badge.sentence
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which population was this computed on?", "200 of 300 held-out rows, seed 0; until the ranking"),
        ("Is this probability or log-odds?", "contributions in log-odds; pictures of single columns in prob"),
        ("Are the numbers right?", "within 4e-16 of its spread on 200 rows"),
        ("Which column matters most, and which way?", "duration moves the answer by 0.77 log-odds on average"),
        ("How sure is the ranking of 2 over 3?", "purpose over age: stronger by 0.01 log-odds (95 % -0.02 to 0.04); a tie"),
        ("What would have to change for one row?", "row 5: what would have to change was not looked for"),
        ("Do two columns work together?", "duration and purpose most: H 0.12 (95 % 0.1 to 0.15)"),
        ("Can a probability be taken at its word?", "2.6 % off on average, 300 rows"),
        ("Is the threshold the right one?", "served 0.5, cheapest 0.4 (costs 1 to 1"),
        ("For whom is it worst?", "duration > 27.5 and purpose = car: 0.5 against 0.25"),
        ("What is it compared with?", "mean of 700 training rows; columns that are not known are at"),
        ("Can I reproduce it?", "seed 0"),
    ],
)  # fmt: skip
def test_each_question_of_a_validator_has_its_short_answer(question, answer):
    found = answers(FULL)[question]
    if "row 5" in answer:
        assert found == "not measured here; see why below"
    else:
        assert answer in found


def test_the_nearest_change_is_told_for_a_row_that_has_one_and_for_one_that_has_none():
    cases = [one for one in TOLD["cases"] if "named" not in one["kind"]]
    content = replace(FULL, explanation={**TOLD, "cases": cases})
    told = answers(content)["What would have to change for one row?"]
    assert told.startswith("row 17: with duration 27 instead of 24 the model would say bad")
    folds = section(content, "cases").folds
    assert any("no change of one of 9 columns" in " ".join(one.words) for one in folds)


def test_named_rows_come_first():
    assert section(FULL, "cases").folds[0].title.startswith("Row 5, named")
    assert (
        "Reason codes: duration = 6 (+0.9); age = 19 (-0.3)."
        in section(FULL, "cases").folds[0].words
    )


def test_the_direction_is_told_in_words_and_that_of_levels_by_the_curve():
    duration, purpose, age = view_of(FULL).drivers
    assert "the higher it is, the lower the answer" in duration
    assert "lowest for car, highest for radio" in purpose
    assert "in no one direction" in age
    assert "66 % of all movement" in duration
    several = view_of(SHAPES["many_classes"])
    assert several.lead.startswith("Which class is said depends most on bill_length_mm")


def test_what_was_not_measured_gives_the_reason_and_an_older_bundle_the_command():
    number = SHAPES["number"]
    assert said(number, "thresholds") == "Not measured: a number has no probability."
    assert (
        answers(number)["What would have to change for one row?"] == "a regression decides nothing"
    )
    assert "o16n explain BUNDLE DATA" in said(OLDER, "dependence")
    assert answers(OLDER)["How sure is the ranking of 2 over 3?"] == "there are not so many columns"


def test_costs_and_the_band_are_told_as_they_are_set():
    assert "assumed, since o16n.toml names no costs" in said(FULL, "thresholds")
    assert "No band is set" in said(FULL, "thresholds")
    priced = {**EFFECTS["thresholds"], "stated": True, "false_no": 5.0, "band": [0.4, 0.6]}
    content = replace(FULL, effects={**EFFECTS, "thresholds": priced})
    assert "a wrong no 5, from o16n.toml" in said(content, "thresholds")
    assert "Between 0.4 and 0.6 the answer is refer" in said(content, "thresholds")


def test_evidence_against_the_numbers_is_not_hidden():
    truth = {**TOLD["truth"], "deletion": {**TOLD["truth"]["deletion"], "better": False}}
    content = replace(FULL, explanation={**TOLD, "truth": truth})
    assert "NO further than a random order" in said(content, "ranking")


def test_slices_that_are_not_surely_worse_are_called_so():
    slices = [{**EFFECTS["goodness"]["slices"][0], "worse": False}]
    content = replace(
        FULL, effects={**EFFECTS, "goodness": {**EFFECTS["goodness"], "slices": slices}}
    )
    assert "None of the slices" in said(content, "errors")
    assert "purpose: car, 0.4 against 0.25" in answers(content)["For whom is it worst?"]
    assert "surely worse" in answers(content)["For whom is it worst?"]


def test_columns_that_move_together_stand_among_the_limits():
    assert "duration and age move together (Spearman's ρ 0.62): 6.7 % of the rows" in said(
        FULL, "limits"
    )
    apart = [{**EFFECTS["together"][0], "strength": 0.1}]
    content = replace(FULL, effects={**EFFECTS, "together": apart})
    assert "No two of the strongest columns move together" in said(content, "limits")


def test_hashes_seed_and_versions_are_told():
    rows = dict(section(FULL, "reproduce").folds[0].tables[0].rows)
    assert rows["identity of the bundle"] == FULL.identity
    assert rows["sha256 of model/model.skops"] == "cd" * 32
    assert rows["seed"] == "0"
    assert rows["version of numpy"] == "2.4.0"
    given = replace(FULL, effects={**EFFECTS, "digest": "ef" * 32, "part": "rows of a.csv"})
    assert (
        dict(section(given, "reproduce").folds[0].tables[0].rows)["sha256 of rows of a.csv"]
        == "ef" * 32
    )

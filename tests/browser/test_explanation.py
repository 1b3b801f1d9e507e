"""The explanation page in a browser: ten questions answered at once or behind one click; no request, no axe violation."""

from __future__ import annotations

import pytest

from o16n.reports.explanation import explanation_page
from tests.browser.test_report import OPEN, VIOLATIONS, WIDER, axe
from tests.reports.told import FULL, SHAPES

HIGH = 900
# (question, words of its answer, the place that its link leads to)
QUESTIONS = [
    ("Which population was this computed on?", "200 of 300 held-out rows", "drivers"),
    ("Is this probability or log-odds?", "in log-odds", "drivers"),
    ("Are the numbers right?", "within 4e-16 of its spread on 200 rows", "ranking"),
    ("Which column matters most, and which way?", "the higher it is, the lower", "dependence"),
    ("How sure is the ranking of 2 over 3?", "a tie", "ranking"),
    ("Do two columns work together?", "H 0.12", "interaction"),
    ("Can a probability be taken at its word?", "2.6 % off", "calibration"),
    ("Is the threshold the right one?", "cheapest 0.4", "thresholds"),
    ("For whom is it worst?", "duration > 27.5 and purpose = car", "errors"),
    ("What is it compared with?", "mean of 700 training rows", "limits"),
]


@pytest.fixture
def page(browser, tmp_path):
    place = tmp_path / "full.html"
    place.write_text(explanation_page(FULL))
    context = browser.new_context(viewport={"width": 1200, "height": HIGH})
    opened = context.new_page()
    opened.goto(place.as_uri())
    yield opened
    context.close()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("question", "answer", "place"), QUESTIONS, ids=[one[0] for one in QUESTIONS]
)
def test_a_question_is_answered_within_two_screens_and_its_link_leads_to_the_numbers(
    page, question, answer, place
):
    link = page.get_by_role("link", name=question)
    told = link.locator("xpath=ancestor::div[1]/dd")
    assert answer.lower() in told.inner_text().lower()
    box = told.bounding_box()
    assert box["y"] + box["height"] <= 2 * HIGH
    link.click()
    assert page.evaluate("location.hash") == f"#{place}"
    assert page.locator(f"#{place} h2").is_visible()


@pytest.mark.filterwarnings("ignore")
def test_what_would_have_to_change_for_row_17_stands_behind_one_click(page):
    page.get_by_text("Row 17, borderline").click()
    words = page.get_by_text("Nearest change: with duration 27 instead of 24")
    assert words.is_visible()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_error_no_request_no_axe_violation_and_no_sideways_scroll(
    browser,
    tmp_path,
    shape,
    scheme,
):
    place = tmp_path / "page.html"
    place.write_text(explanation_page(SHAPES[shape]))
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    opened = context.new_page()
    errors, requests = [], []
    opened.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    opened.on("pageerror", lambda one: errors.append(str(one)))
    opened.on("request", lambda one: requests.append(one.url) if one.url[:5] != "data:" else None)
    opened.goto(place.as_uri())
    opened.evaluate(axe())
    opened.evaluate(OPEN)
    assert opened.evaluate(VIOLATIONS) == []
    assert opened.evaluate(WIDER) <= 0
    assert requests == [place.as_uri()]
    assert errors == []
    context.close()


@pytest.mark.filterwarnings("ignore")
def test_it_is_readable_without_scripts(browser, tmp_path):
    place = tmp_path / "page.html"
    place.write_text(explanation_page(FULL))
    opened = browser.new_context(java_script_enabled=False).new_page()
    opened.goto(place.as_uri())
    text = opened.inner_text("body")
    assert "exact" in text
    assert "duration moves the answer by 0.77" in text.lower()

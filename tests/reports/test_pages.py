"""Both pages are drawn from documents alone, as their golden files say, and are whole for every shape."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import asdict, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from o16n.reports.explanation import explanation_page
from o16n.reports.readiness import readiness_page
from o16n.templating import environment
from tests.reports.contents import (
    ATTACKS,
    CONDITIONS,
    EVERY,
    MINIMAL,
    NOT_READY,
    OLDER,
    PERMUTED,
    READY,
    SEVERAL,
)

PAGES = {"readiness": readiness_page, "explanation": explanation_page}
DATA = re.compile(r'<script type="application/json" id="content">(.*?)</script>', re.DOTALL)


class Outline(HTMLParser):
    """Collects the tags, ids and text of a page, scripts and styles left out."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.ids, self.text, self.skipped = [], [], [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]
        self.skipped = tag in ("script", "style")

    def handle_endtag(self, _tag):
        self.skipped = False

    def handle_data(self, data):
        if not self.skipped:
            self.text.append(data)


def words(page):
    return re.sub(r"\s+", " ", "".join(Outline(page).text))


def body(page):
    """Return what the golden file keeps: style, script and the embedded documents stand elsewhere."""
    page = re.sub(r"<style>.*?</style>", "<style></style>", page, flags=re.DOTALL)
    page = re.sub(r"<script>.*?</script>\n</body>", "</body>", page, flags=re.DOTALL)
    page = re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-…", page)
    return DATA.sub("", page)


@pytest.mark.parametrize("shape", ["ready", "not_ready", "conditions", "minimal", "several"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_its_golden_file(golden, name, shape):
    page = body(PAGES[name](EVERY[shape]))
    decoded = re.sub(
        r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)",
        lambda found: html.escape(base64.b64decode(found[1]).decode()),
        page,
    )
    golden("pages", f"{name}_{shape}.html", decoded)


@pytest.mark.parametrize("shape", EVERY)
@pytest.mark.parametrize("name", PAGES)
def test_every_shape_renders_with_nothing_undefined_and_each_id_once(name, shape):
    found = Outline(PAGES[name](EVERY[shape]))
    assert len(found.ids) == len(set(found.ids))
    assert [tag for tag, _ in found.tags].count("h1") == 1
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(two - one <= 1 for one, two in itertools.pairwise(levels))
    assert all(attrs.get("alt") for tag, attrs in found.tags if tag == "img")
    assert not any("style" in attrs for _, attrs in found.tags), "the policy forbids style="


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_allows_exactly_the_pages_own_style_and_script(name):
    page = PAGES[name](READY)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    for tag, kind in (("style", "style-src"), ("script", "script-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind} 'sha256-{digest}'" in html.unescape(policy)
    assert "default-src 'none'" in html.unescape(policy)


@pytest.mark.parametrize("shape", EVERY)
def test_the_embedded_documents_are_the_bundles_own(shape):
    found = DATA.search(readiness_page(EVERY[shape]))[1]
    assert json.loads(found) == json.loads(json.dumps(asdict(EVERY[shape])))
    assert not re.search(r"[<>&\u2028\u2029]", found)


@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_notebook_adds_no_element_and_every_attack_is_shown_literally(name):
    found = Outline(PAGES[name](EVERY["hostile"]))
    plain = Outline(PAGES[name](READY)).tags + Outline(PAGES[name](NOT_READY)).tags
    assert {tag for tag, _ in found.tags} <= {tag for tag, _ in plain} | {"figcaption", "img"}
    assert [tag for tag, _ in found.tags].count("script") == 2
    assert not any(key.startswith("on") for _, attrs in found.tags for key in attrs)
    sources = [attrs["src"] for _, attrs in found.tags if "src" in attrs]
    assert all(one.startswith("data:image/svg+xml;base64,") for one in sources)
    shown = "".join(found.text)
    for attack in ATTACKS:
        assert attack in shown, attack
    for source in sources:
        tags = {one.tag for one in ET.fromstring(base64.b64decode(source.split(",")[1])).iter()}
        assert not any(tag.endswith(("script", "image", "foreignObject")) for tag in tags)


def test_every_template_of_pages_and_cards_compiles():
    names = environment().list_templates(
        filter_func=lambda one: one.split("/")[0] in ("reports", "cards", "figures")
    )
    assert len(names) >= 10
    for name in names:
        environment().get_template(name)


def test_the_first_letter_is_raised_and_the_rest_is_left_as_it_was():
    raised = environment().filters["sentence"]
    for given, wanted in (
        ("the model", "The model"),
        ("ROC AUC 0.7", "ROC AUC 0.7"),
        ("credit_amount alone", "credit_amount alone"),
        ("4 alone", "4 alone"),
        ("pd.read_csv is", "pd.read_csv is"),
        ("iPhone rows", "iPhone rows"),
        ("", ""),
    ):
        assert raised(given) == wanted
    assert "ROC AUC 0.724 (95 %" in words(readiness_page(READY))
    assert "Roc auc" not in words(readiness_page(READY))


def test_what_stands_in_the_way_comes_before_everything_else_with_its_remedy():
    text = words(readiness_page(NOT_READY))
    order = ["Not ready", "Decided by REC-01", "What stands in the way", "To do: move these steps"]
    order += ["df = pd.get_dummies(df)", "At a glance", "All checks", "Sign-off"]
    places = [text.index(one) for one in order]
    assert places == sorted(places)


def test_a_waived_check_names_who_waived_it_and_an_attested_one_who_answered():
    assert "Waived by Grace Hopper until 2027-01-01" in words(readiness_page(CONDITIONS))
    assert "Attested by Ada Lovelace" in words(readiness_page(READY))


def test_the_choice_is_told_with_reasons_places_and_ranking():
    text = words(readiness_page(READY))
    told = text[text.index("How this model was chosen") : text.index("Where it comes from")]
    assert "Seen while the cells ran (hooks on estimators)" in told
    assert "It was saved (cell 9 line 2)" in told
    assert "X_test was held back (cell 8)" in told
    assert told.index("model: 0.724") < told.index("dummy: 0.500")


def test_an_inferred_choice_says_so_and_an_older_document_says_neither():
    assert "Not watched: inferred" in words(readiness_page(NOT_READY))
    older = words(readiness_page(OLDER))
    assert "inferred from names" not in older
    assert "Seen while" not in older


def test_with_several_classes_each_case_names_its_own_and_no_interval_is_claimed():
    text = words(explanation_page(SEVERAL))
    assert "the mean over 3 classes" in text
    assert "mean over the classes" not in text
    assert (
        "Row 210, surest Adelie: class = Adelie at 1.7 (probability); the model says Adelie, the truth is Adelie"
        in text
    )
    assert "95 %" not in text[text.index("What drives") : text.index("What a reviewer")].replace(
        SEVERAL.metric, ""
    )
    assert "not right here" in text
    assert "RandomForestClassifier is not a linear model" in text
    assert "class = Chinstrap" in text
    assert "0.3" in text


def test_an_interval_with_a_width_is_told():
    assert "with 95 % intervals" in words(explanation_page(READY))


def test_permutation_importance_says_why_and_shows_no_case():
    text = words(explanation_page(PERMUTED))
    assert "Permutation importance, because no explainer reads SVC" in text
    assert "Row 210" not in text


def test_no_page_names_a_directory_that_it_cannot_know():
    text = words(readiness_page(READY))
    assert "o16n verify BUNDLE" in text
    assert "credit-n" not in text


def test_a_bundle_without_evidence_says_that_nothing_is_known():
    text = words(readiness_page(MINIMAL))
    assert "Not known" in text
    assert "nothing was checked here" in text
    assert "checks passed" not in text


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_a_pure_function_of_the_documents(name):
    assert PAGES[name](READY) == PAGES[name](replace(READY))


def test_a_hundred_checks_stay_below_the_size_limit():
    one = READY.readiness["outcomes"][0]
    many = [{**one, "code": f"X-{number}"} for number in range(100)]
    page = readiness_page(replace(READY, readiness={**READY.readiness, "outcomes": many}))
    assert len(page.encode()) <= 200_000
    assert len(readiness_page(READY).encode()) <= 60_000


def test_the_examples_reports_are_below_300_kb(credit, penguins, diabetes):
    for one in (credit, penguins, diabetes):
        assert Path(one.report).stat().st_size <= 300_000


def test_the_conditions_come_first_with_what_to_do_about_them():
    text = words(readiness_page(CONDITIONS))
    told = text[text.index("What the conditions are") : text.index("At a glance")]
    assert "SEC-01" in told
    assert "To do: take it out of the notebook" in told
    assert "What stands in the way" not in text
    assert "What the conditions are" not in words(readiness_page(NOT_READY))

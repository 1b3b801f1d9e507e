"""A verb's card says the same as text and as HTML, reads bare, and shows hostile names literally."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from o16n.reports.cards import package_card, package_text, plain_card, plain_text
from o16n.templating import render
from tests.reports.contents import ATTACKS, EVERY, NOT_READY, READY

WHERE = {"bundle": "bundles/credit-1", "report": "bundles/credit-1/evidence/readiness.html"}


class Bare(HTMLParser):
    def __init__(self, card):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(card)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("shape", ["ready", "not_ready", "conditions", "minimal", "hostile"])
def test_the_package_card_is_as_its_golden_files(golden, shape):
    golden("cards", f"package_{shape}.html", package_card(EVERY[shape], **WHERE))
    golden("cards", f"package_{shape}.txt", package_text(EVERY[shape], **WHERE))


def test_the_score_card_is_as_its_golden_file(golden):
    lines = [["1", "good", "0.9"], ["2", ATTACKS[0], ""]]
    told = {"answered": 2, "rows": 3, "out": "scores.csv", "header": ["prediction", "p_good"]}
    golden("cards", "score.html", render("cards/score.html.j2", lines=lines, **told))


def test_text_and_html_say_the_same():
    html = " ".join(Bare(package_card(NOT_READY, **WHERE)).text)
    for word in re.findall(r"\S+", package_text(NOT_READY, **WHERE)):
        assert word in html


def test_the_card_says_what_blocks_and_what_to_do_next():
    text = package_text(NOT_READY, **WHERE)
    assert "credit: not ready" in text
    assert "blocks: REC-01" in text
    assert "prepared outside the model" in text
    assert "to do" in text
    assert "into a Pipeline" in text
    assert "next: o16n verify bundles/credit-1" in text
    assert "blocks" not in package_text(READY, **WHERE)


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_name_is_text_in_a_card(attack):
    found = Bare(plain_card(attack, [(attack, attack)], attack))
    assert {tag for tag, _ in found.tags} <= {
        "div",
        "p",
        "strong",
        "table",
        "tr",
        "th",
        "td",
        "code",
        "style",
        "tbody",
        "caption",
        "span",
    }
    assert "".join(found.text).count(attack) == 4


def test_a_card_keeps_its_words_apart_where_style_and_tags_are_stripped():
    bare = " ".join("".join(Bare(plain_card("t", [("model", "tree")], "next: x")).text).split())
    assert "model tree" in bare or "model: tree" in bare


def test_the_text_of_a_card_is_aligned_and_ends_on_the_note():
    text = plain_text("title", [("a", "1"), ("longer", "2")], "next: o16n verify x")
    assert text.splitlines() == ["title", "  a       1", "  longer  2", "next: o16n verify x"]

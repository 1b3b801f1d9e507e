"""One environment renders everything: escaped, nothing undefined, found in a checkout and once installed."""

from __future__ import annotations

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from o16n.templating import (
    counted,
    environment,
    render,
    sentence,
    template_root,
    three_digits,
)


def rendered(text, **values):
    return environment().from_string(text).render(**values)


def test_there_is_one_environment_and_it_reads_the_checkouts_templates():
    assert environment() is environment()
    assert (template_root() / "reports" / "readiness.html.j2").is_file()
    assert "reports/readiness.html.j2" in environment().list_templates()


def test_what_is_put_in_is_escaped():
    assert rendered("{{ a }}", a='<b x="1">&') == "&lt;b x=&#34;1&#34;&gt;&amp;"


@given(st.text())
def test_no_text_can_open_a_tag(text):
    assert "<" not in rendered("{{ a }}", a=text)


@pytest.mark.parametrize(
    "text", ["{{ gone }}", "{{ a.gone }}", "{% if gone %}x{% endif %}", "{{ a['gone'] }}"]
)
def test_what_is_not_given_is_an_error_and_never_an_empty_place(text):
    with pytest.raises(jinja2.UndefinedError, match="gone"):
        rendered(text, a={})


def test_a_template_that_does_not_exist_is_an_error():
    with pytest.raises(jinja2.TemplateNotFound, match="reports/none"):
        render("reports/none.html.j2")


def test_blocks_leave_no_empty_line_behind():
    assert rendered("a\n  {% if x %}\nb\n  {% endif %}\nc", x=1) == "a\nb\nc"


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("the model is m", "The model is m"),
        ("ROC AUC 0.9", "ROC AUC 0.9"),
        ("credit_amount leaks", "credit_amount leaks"),
        ("3 rows", "3 rows"),
        ("mIXED words", "mIXED words"),
        ("élan", "Élan"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_where_its_first_word_is_a_word(text, raised):
    assert sentence(text) == raised
    assert rendered("{{ a|sentence }}", a=text) == raised


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12345, "12,345"),
        (-1234567, "-1,234,567"),
        (999, "999"),
        (0, "0"),
        (1234.5, "1234.5"),
        (True, "True"),
        ("12345", "12345"),
        ("", ""),
    ],
)
def test_whole_numbers_of_a_table_are_set_apart_by_thousands_and_labels_are_not(value, shown):
    assert str(counted(value)) == shown
    assert rendered("{{ a|counted }}", a=value) == shown


@given(st.integers())
def test_no_digit_is_lost_between_thousands(value):
    assert int(str(counted(value)).replace(",", "")) == value


def test_a_table_of_a_page_shows_them_so():
    table = {"header": ["part", "rows"], "rows": [["train", 120000], ["2019", 7]], "caption": ""}
    macro = '{% import "reports/parts.html.j2" as parts %}{{ parts.table(t) }}'
    page = rendered(macro, t=table)
    assert "<td>120,000</td>" in page
    assert "<td>2019</td><td>7</td>" in page


@pytest.mark.parametrize(
    ("value", "sign", "text"),
    [
        (5950.0, "", "5,950"),
        (188_432.4, "", "188,432"),
        (999.7, "", "1,000"),
        (0.05217, "", "0.0522"),
        (12.34, "+", "+12.3"),
        (-4211.0, "+", "-4,211"),
        (1.5e-7, "", "1.5e-07"),
        (2.5e12, "", "2.5e+12"),
        (float("nan"), "", "nan"),
    ],
)
def test_a_number_has_three_digits_and_a_large_one_is_written_in_full(value, sign, text):
    assert three_digits(value, sign) == text

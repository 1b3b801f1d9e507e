"""A waiver counts with a reason, an owner and a near expiry; one that does not says why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from o16n.readiness.waivers import judge, table_of
from o16n.settings import Waiver

TODAY = date(2026, 11, 24)
REASON = "accepted until the new data arrive"


def waiver(*, days=10, reason=REASON, owner="ann", check="MOD-04"):
    expires = (TODAY + timedelta(days=days)).isoformat()
    return Waiver(check=check, reason=reason, owner=owner, expires=expires)


@pytest.mark.parametrize(
    ("severity", "days", "counts"),
    [
        ("major", 0, True),
        ("major", 90, True),
        ("major", 91, False),
        ("major", -1, False),
        ("blocker", 30, True),
        ("blocker", 31, False),
        ("minor", 90, True),
    ],
)
def test_a_waiver_counts_until_its_day_and_for_so_long_as_the_severity_allows(
    severity, days, counts
):
    found = judge((waiver(days=days),), "MOD-04", severity, TODAY)
    assert bool(found.counts) == counts
    assert bool(found.refused) != counts


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"days": -1}, "it expired on 2026-11-23"),
        ({"days": 91}, "it runs for 91 days; a major is waived for 90 at most"),
        ({"reason": "too short"}, "its reason has 9 characters; 20 are asked"),
        ({"reason": " " * 30 + "padded"}, "its reason has 6 characters; 20 are asked"),
        ({"owner": " "}, "it names no owner"),
    ],
)
def test_one_that_does_not_count_says_why_in_a_table(wrong, why):
    found = judge((waiver(**wrong),), "MOD-04", "major", TODAY)
    assert found.counts == ""
    (table,) = table_of(found)
    assert table.rows[0][2] == why


def test_waivers_of_other_checks_say_nothing_here():
    found = judge((waiver(check="MOD-03"),), "MOD-04", "major", TODAY)
    assert (found.counts, found.refused, table_of(found)) == ("", (), ())


def test_the_first_that_counts_is_named_with_owner_day_and_reason():
    found = judge((waiver(days=-1), waiver(), waiver(owner="bob")), "MOD-04", "major", TODAY)
    assert found.counts == f"ann, until 2026-12-04: {REASON}"
    assert len(found.refused) == 1


@given(some.integers(-400, 400), some.text(max_size=40), some.sampled_from(["minor", "major"]))
def test_nothing_that_is_expired_or_unexplained_ever_counts(days, reason, severity):
    found = judge((waiver(days=days, reason=reason),), "MOD-04", severity, TODAY)
    if days < 0 or days > 90 or len(reason.strip()) < 20:
        assert not found.counts
    else:
        assert found.counts

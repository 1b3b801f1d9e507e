"""A printed number is only a metric that its cell speaks of."""

from __future__ import annotations


def test_a_perfect_accuracy_is_not_also_an_auc(penguins):
    names = {one["name"] for one in penguins.content.candidate["metrics"]}
    assert names == {"accuracy", "f1"}


def test_the_numbers_printed_by_credit_are_found_with_their_cell(credit):
    found = {one["name"]: one["place"]["cell"] for one in credit.content.candidate["metrics"]}
    assert found == {"roc_auc": 8, "accuracy": 8, "cross_val_score": 10}

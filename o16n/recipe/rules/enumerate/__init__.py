"""Rows with their numbers, as `enumerate` gives them."""

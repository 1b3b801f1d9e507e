"""A value of each group beside each of its rows: a table from key to value."""

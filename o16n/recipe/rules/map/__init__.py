"""A function of each row: `map`, or a list comprehension over rows."""

"""Columns made one by one, put together again: `DataFrame.apply` by column."""

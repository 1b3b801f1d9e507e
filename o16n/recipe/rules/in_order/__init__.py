"""Rows that were prepared group by group, in their old order again."""

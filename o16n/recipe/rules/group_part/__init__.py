"""The rows of one group, as a loop over a grouping gives them."""

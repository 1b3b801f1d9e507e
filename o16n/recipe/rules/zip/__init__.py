"""Several columns row by row, as `zip` gives them."""

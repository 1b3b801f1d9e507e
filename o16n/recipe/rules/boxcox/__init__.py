"""A power transform: its exponent is that of training."""

"""Columns chosen by what they hold: the choice is that of training."""

"""Codes in the order of first appearance: the order is that of training."""

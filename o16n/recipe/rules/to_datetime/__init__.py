"""Texts as dates: the format is that of training."""

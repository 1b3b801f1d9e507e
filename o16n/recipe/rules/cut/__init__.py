"""Bins by quantile or by number: the edges are those of training."""

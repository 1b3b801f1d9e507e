"""One column for each level: levels and columns are those of training."""

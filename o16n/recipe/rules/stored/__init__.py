"""A column of rows stored in a frame that held none."""

"""A short list of entries that meet a reader's limits, and how surely they do."""

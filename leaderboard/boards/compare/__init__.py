"""Two to four entries beside each other: what may be compared, and what can be said of each metric."""

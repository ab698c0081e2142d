"""One measurement without a server: the same child, the same formulas, on a benchmark that lies on this machine."""

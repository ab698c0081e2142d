"""Systems beside each other: scores relative to a field, matched comparisons, proxies, limits and duplicates."""

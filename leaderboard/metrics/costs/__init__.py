"""What answers cost: attempts, cost-of-pass and its frontier, techniques, ownership, carbon and one-off costs."""

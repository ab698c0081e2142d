"""Test-time scaling, accuracy under budgets, and what a right answer costs in tokens."""

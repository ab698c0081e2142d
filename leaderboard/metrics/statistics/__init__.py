"""Uncertainty: intervals, seeded resamples, ranks under resampling, comparisons and tests."""

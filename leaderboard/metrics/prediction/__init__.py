"""Latency of a known model on a new device, always marked as predicted, and how good such predictions are."""

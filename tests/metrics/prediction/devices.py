"""Synthetic devices: each runs every model in a time that follows from the model's FLOP and bytes, with noise."""

import numpy as np


def devices(seed, law, count=8, models=60, noise=0.05):
    """FLOP `(models,)` and latencies in s `(count, models)` under a "linear" or a "power" law."""
    generator = np.random.default_rng(seed)
    flop = np.exp(generator.normal(21, 1.2, models))
    traffic = np.exp(0.7 * np.log(flop) + generator.normal(3, 0.8, models))
    if law == "linear":
        rate, bandwidth, fixed = (np.exp(generator.normal(mean, 1, (count, 1))) for mean in (25, 21, -6))
        latency_s = flop / rate + traffic / bandwidth + fixed
    else:
        by_flop, by_traffic = generator.uniform(0.4, 1.0, (count, 1)), generator.uniform(0.0, 0.6, (count, 1))
        latency_s = np.exp(by_flop * np.log(flop) + by_traffic * np.log(traffic) + generator.normal(-20, 1, (count, 1)))
    return flop, latency_s * np.exp(generator.normal(0, noise, latency_s.shape))


def measured_on(latencies_s, models):
    """One device's row with everything but these models missing."""
    shown = np.full(latencies_s.shape, np.nan)
    shown[models] = latencies_s[models]
    return shown

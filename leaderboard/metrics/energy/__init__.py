"""Energy of a run: from sampled power, from counters, by the rules of benchmarks, and less what idling would cost."""

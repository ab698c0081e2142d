from hypothesis import HealthCheck, settings

# A busy machine is no failure: times are taken by tests/bench alone.
settings.register_profile("metrics", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("metrics")

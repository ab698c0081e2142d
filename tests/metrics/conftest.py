from hypothesis import settings

# A busy machine is no failure: times are taken by tests/bench alone.
settings.register_profile("metrics", deadline=None)
settings.load_profile("metrics")

from hypothesis import settings

# How long an example takes says nothing about the maths, and a busy machine would fail it for that.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

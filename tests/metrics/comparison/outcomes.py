"""Numbers of every kind."""

from hypothesis import strategies as st

NASTY = st.one_of(
    st.sampled_from([0.0, 1.0, 0.5, 2.0, -1.0, float("nan"), float("inf"), float("-inf"), 1e-300, 1e300, 5e-324, 1e9]),
    st.floats(),
    st.floats(0, 1),
)
ROWS = st.lists(NASTY, max_size=6)
TABLES = st.integers(0, 4).flatmap(lambda width: st.lists(st.lists(NASTY, min_size=width, max_size=width), max_size=4))

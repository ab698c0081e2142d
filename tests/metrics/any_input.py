"""Arguments of every kind."""

from hypothesis import strategies as st

numbers = st.one_of(
    st.sampled_from([0.0, -0.0, -1.0, 1.0, 1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf")]),
    st.floats(0, 1),
    st.floats(1e-3, 1e3),
    st.floats(),
)
fractions = st.one_of(st.sampled_from([0.0, 1.0, -0.5, 1.5, float("nan")]), st.floats(0, 1))
counts = st.integers(-2, 40)
lists = st.lists(numbers, max_size=8)
tidy_lists = st.lists(st.floats(0, 1e3), max_size=8)

"""The pictures of states break what is there to be broken."""

import pytest

from tests.bench.states import STATES, broken


@pytest.mark.parametrize("what", sorted({state.broken for state in STATES if state.broken}))
def test_what_a_state_breaks_is_there_under_that_name(what):
    with broken(what):
        pass

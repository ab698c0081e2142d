class CannotStart(Exception):
    """`up` cannot begin; the message says in one line what is wrong and what to do."""


class GaveUp(Exception):
    """`up --exit-when-measured` stops waiting; the message says for what."""

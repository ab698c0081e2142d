"""What all graders say of an answer key."""

MAX_KEY = 1000
"""Characters of an answer in a key."""


class BadKey(ValueError):
    """It cannot be the answer to an item; the message says why, without a capital and a full stop."""

"""The whole text is the answer, character for character."""

RULE = "The whole text is the answer; white space around it does not count."


def check(_key: str) -> None:
    """Every text can be the answer."""


def matches(text: str, key: str) -> bool:
    return text.strip() == key.strip()

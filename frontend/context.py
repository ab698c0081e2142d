"""What every page knows: how its reader wants it to look."""

from collections.abc import Mapping

from django.http import HttpRequest

LOOKS: Mapping[str, tuple[str, ...]] = {"theme": ("light", "dark"), "density": ("compact",)}
"""Choices by cookie; without one a page follows the system, and gives its rows room."""


def look(request: HttpRequest) -> dict[str, str]:
    """Return the chosen value of each of `LOOKS`, empty for none or one that is made up."""
    chosen = {name: request.COOKIES.get(name, "") for name in LOOKS}
    return {name: value if value in LOOKS[name] else "" for name, value in chosen.items()}

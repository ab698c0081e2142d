"""How every page is answered."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    section: str = "",
    trail: tuple[tuple[str, str], ...] = (),
) -> HttpResponse:
    """`trail` is the way here: pairs of a name and a path, the last without one."""
    steps = [{"name": name, "href": href} for name, href in trail]
    whole = {**context, "section": section, "trail": steps}
    return render(request, f"frontend/{template}", whole)

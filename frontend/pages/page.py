"""How every page is answered."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend.present.narrowing import narrowed

_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    section: str = "",
    trail: tuple[tuple[str, str], ...] = (),
    keys: Collection[str] = (),
) -> HttpResponse:
    """`trail` is the way here: pairs of a name and a path, the last without one. `keys` are all that the address may
    have, of a page that names no others itself: its template has the notes on what is `unknown`.
    """
    steps = [{"name": name, "href": href} for name, href in trail]
    unknown = narrowed(request.META.get("QUERY_STRING", ""), {}, keys).notes
    whole = {**context, "section": section, "trail": steps, "unknown": unknown}
    answer = render(request, f"frontend/{template}", whole)
    # Nothing is painted before the stylesheets are there: a browser asks for them before it has read the page.
    sheets = _SHEET.findall(answer.content.decode())
    answer["Link"] = ", ".join(f"<{path}>; rel=preload; as=style" for path in sheets)
    return answer

"""How every page is answered."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend.pages.ignored import ignored_of

_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    section: str = "",
    trail: tuple[tuple[str, str], ...] = (),
    keys: Collection[str] | None = (),
) -> HttpResponse:
    """`trail` is the way here: pairs of a name and a path, the last without one.

    `keys` are all that the address may have: what else stands there is named above the page, with the
    `address_notes` of the context. None for a page that names all of it itself.
    """
    steps = [{"name": name, "href": href} for name, href in trail]
    unknown = () if keys is None else (*ignored_of(request, keys), *context.get("address_notes", ()))
    whole = {**context, "section": section, "trail": steps, "unknown": unknown}
    answer = render(request, f"frontend/{template}", whole)
    # Nothing is painted before the stylesheets are there: a browser asks for them before it has read the page.
    sheets = _SHEET.findall(answer.content.decode())
    answer["Link"] = ", ".join(f"<{path}>; rel=preload; as=style" for path in sheets)
    return answer

"""Back to where a reader was: only ever to a page of this site."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def way_back(request: HttpRequest) -> str:
    """Return `next` of the form or else of the address; empty for none, or one that leads elsewhere."""
    address = request.POST.get("next", "") or request.GET.get("next", "")
    return address if is_ours(request, address) else ""

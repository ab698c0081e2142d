"""Back to where a reader was: only ever to a page of this site."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from frontend.pages.ignored import dead
from leaderboard.boards.rows import Note

KEYS = ("next",)
_COOKIE = "back"
_SALT = "frontend.pages.returning"
_HOUR_S = 3600
_LONGEST = 2000


def is_ours(request: HttpRequest, address: str) -> bool:
    return url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())


def way_back(request: HttpRequest) -> str:
    """Return `next` of the form or else of the address; empty for none, or one that leads elsewhere."""
    address = request.POST.get("next", "") or request.GET.get("next", "")
    return address if is_ours(request, address) else ""


def dead_way_back(request: HttpRequest) -> tuple[Note, ...]:
    """Return a note where `next` of the address leads elsewhere."""
    address = request.GET.get("next", "")
    return () if not address or is_ours(request, address) else (dead("next", _("It leads to no page of this site.")),)


def keep_way_back(request: HttpRequest, answer: HttpResponse) -> None:
    """Keep `next` in this browser for an hour, for a link that was made elsewhere."""
    address = way_back(request)
    if address and len(address) <= _LONGEST:
        value, secure = signing.dumps(address, salt=_SALT), settings.SESSION_COOKIE_SECURE
        answer.set_cookie(
            _COOKIE, value, max_age=_HOUR_S, path="/account/", secure=secure, httponly=True, samesite="Lax"
        )


def kept_way_back(request: HttpRequest) -> str:
    try:
        address = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_HOUR_S)
    except signing.BadSignature:
        return ""
    return address if isinstance(address, str) and is_ours(request, address) else ""


def forget_way_back(answer: HttpResponse) -> None:
    answer.delete_cookie(_COOKIE, path="/account/", samesite="Lax")

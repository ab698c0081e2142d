"""Whose tries to sign in, to sign up and to open links are counted, and the page for too many."""

import math
import secrets
import unicodedata

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from frontend.pages.page import show
from leaderboard.accounts.limits import (
    LINK_ADDRESS,
    MAIL_ADDRESS,
    MAIL_BOX,
    SIGN_IN_ADDRESS,
    SIGN_IN_BROWSER,
    SIGN_IN_NAME,
    SIGN_IN_PAIR,
    SIGN_UP_ADDRESS,
    SIGN_UP_NAME,
    Count,
    TooMany,
)
from leaderboard.accounts.models import digest
from leaderboard.client_address import client_network
from leaderboard.clock import database_now

KNOWN = "known"
_SALT = "frontend.pages.tries"
_YEAR_S = 365 * 24 * 3600
_LONGEST = 150


def sign_in_counts(request: HttpRequest, name: str) -> list[Count]:
    """Return what a try with this name counts against, whether anybody has it or not.

    A browser that has signed in with it before has a count of its own: others cannot use that up.
    """
    written, network = as_counted(name), client_network(request.META)
    browser = _known_as(request, written)
    if browser:
        return [(SIGN_IN_BROWSER, browser)]
    return [(SIGN_IN_PAIR, f"{network}\n{written}"), (SIGN_IN_ADDRESS, network), (SIGN_IN_NAME, written)]


def sign_up_counts(request: HttpRequest, name: str) -> list[Count]:
    return [(SIGN_UP_ADDRESS, client_network(request.META)), (SIGN_UP_NAME, as_counted(name))]


def link_counts(request: HttpRequest) -> list[Count]:
    return [(LINK_ADDRESS, client_network(request.META))]


def mail_counts(request: HttpRequest, address: str) -> list[Count]:
    return [(MAIL_ADDRESS, client_network(request.META)), (MAIL_BOX, as_counted(address))]


def as_counted(name: str) -> str:
    """Return one spelling for all that might be taken for one name."""
    return unicodedata.normalize("NFKC", name[:_LONGEST].strip()).casefold()


def remember_browser(answer: HttpResponse, name: str) -> None:
    """Keep that this browser has signed in with the name. It is no credential: it only says which count is its own."""
    value = signing.dumps([digest(as_counted(name)), secrets.token_urlsafe(12)], salt=_SALT)
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(KNOWN, value, max_age=_YEAR_S, path="/account/", secure=secure, httponly=True, samesite="Lax")


def _known_as(request: HttpRequest, written: str) -> str:
    try:
        name, browser = signing.loads(request.COOKIES.get(KNOWN, ""), salt=_SALT, max_age=_YEAR_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(browser) if name == digest(written) else ""


def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    seconds = max(1, math.ceil((error.until - database_now()).total_seconds()))
    context = {"minutes": math.ceil(seconds / 60), "until": error.until, "path": request.path}
    answer = show(request, "too_many.html", context, section="account", trail=((_("Too many tries"), ""),), keys=None)
    answer.status_code = 429
    answer["Retry-After"] = str(seconds)
    return answer

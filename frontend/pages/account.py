"""Signing in and out, and a person's own page."""

from typing import Any

from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from frontend.pages.ignored import ignored_of
from frontend.pages.page import show
from frontend.pages.returning import KEYS, dead_way_back, forget_way_back, keep_way_back, kept_way_back, way_back
from frontend.pages.secret_links import gone, unreferred
from frontend.pages.signed_in import signed_in
from frontend.pages.tries import link_counts, remember_browser, sign_in_counts, too_many
from frontend.present.account import joining, own_pages
from leaderboard.accounts.limits import TooMany, give_back, take
from leaderboard.accounts.services import count_good_tokens, redeem_sign_in
from leaderboard.accounts.signing_up import inviter_of
from leaderboard.clock import database_now

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class Login(LoginView):
    template_name = "frontend/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trail = [{"name": _("Sign in"), "href": ""}]
        unknown = (*ignored_of(self.request, KEYS), *dead_way_back(self.request))
        own = {"section": "account", "trail": trail, "unknown": unknown}
        return {**super().get_context_data(**kwargs), **joining(), **own}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever goes on with a one-use link, which knows nothing of this page, comes back to the same place."""
        answer = super().get(request, *args, **kwargs)
        keep_way_back(request, answer)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Each try counts until it proves right; only then is the password looked at."""
        counts = sign_in_counts(request, request.POST.get("username", ""))
        try:
            take(counts, now=database_now())
        except TooMany as error:
            return too_many(request, error)
        answer = super().post(request, *args, **kwargs)
        if request.user.is_authenticated:
            give_back(counts)
            forget_way_back(answer)
            remember_browser(answer, request.user.get_username())
        return answer


@require_safe
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    context = {
        "own_pages": own_pages(user, request.path),
        "invited_by": inviter_of(user),
        "good_tokens": count_good_tokens(user, now=database_now()),
    }
    return show(request, "account.html", context, section="account", trail=((_("Account"), ""),))


@get_or_post
@never_cache
def logout_page(request: HttpRequest) -> HttpResponse:
    """A GET asks, a POST signs out: a link in somebody's page must not do it."""
    if request.method == "POST":
        logout(request)
        return redirect("/")
    return show(request, "logout.html", {}, section="account", trail=((_("Sign out"), ""),))


@get_or_post
@never_cache
@sensitive_variables("token")
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks, a POST uses the link up: previews of links in chats and mails fetch them."""
    trail = ((_("Sign in"), ""),)
    if request.method == "POST":
        return unreferred(_sign_in(request, token))
    context = {"spent": False, "next": way_back(request), "address_notes": dead_way_back(request)}
    return unreferred(show(request, "sign_in.html", context, section="account", trail=trail, keys=KEYS))


@sensitive_variables("token")
def _sign_in(request: HttpRequest, token: str) -> HttpResponse:
    now, counts = database_now(), link_counts(request)
    try:
        take(counts, now=now)
    except TooMany as error:
        return too_many(request, error)
    user = redeem_sign_in(token, now=now)
    if user is None:
        trail = ((_("Sign in"), ""),)
        answer = show(request, "sign_in.html", {"spent": True}, section="account", trail=trail, keys=KEYS)
        return gone(request, answer)
    give_back(counts)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    answer = redirect(way_back(request) or kept_way_back(request) or "/")
    forget_way_back(answer)
    remember_browser(answer, user.get_username())
    return answer

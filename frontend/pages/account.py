"""Signing in and out, and a person's API tokens. The one place of the pages that writes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from frontend.pages.page import show
from leaderboard.accounts.models import ApiToken, User
from leaderboard.accounts.services import redeem_sign_in, revoke_token, tokens_of
from leaderboard.clock import database_now

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class Login(LoginView):
    template_name = "frontend/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        trail = [{"name": _("Sign in"), "href": ""}]
        return super().get_context_data(**kwargs) | {
            "section": "account",
            "trail": trail,
        }


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
    if request.method != "POST":
        answer = show(request, "sign_in.html", {"spent": False}, section="account", trail=trail)
    else:
        user = redeem_sign_in(token, now=database_now())
        if user is not None:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect("/")
        answer = show(request, "sign_in.html", {"spent": True}, section="account", trail=trail)
        answer.status_code = 410
    # The address holds the secret: it must not travel on. (With `no-referrer` the form's own origin would be null.)
    answer["Referrer-Policy"] = "strict-origin"
    return answer


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, label=gettext_lazy("What is it for?"))


@get_or_post
@never_cache
@login_required
@sensitive_variables("secret")
def tokens(request: HttpRequest) -> HttpResponse:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only for somebody who is signed in")
    form, secret = TokenForm(), ""
    if request.method == "POST" and "revoke" in request.POST:
        return _revoke(request, user)
    if request.method == "POST":
        form = TokenForm(request.POST)
        if form.is_valid():
            _row, secret = ApiToken.issue(user=user, name=form.cleaned_data["name"], now=database_now())
            form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": tokens_of(user)}
    return show(request, "tokens.html", context, section="account", trail=((_("API tokens"), ""),))


def _revoke(request: HttpRequest, user: User) -> HttpResponse:
    pk = request.POST["revoke"]
    if pk.isascii() and pk.isdigit() and len(pk) < 18 and revoke_token(user=user, pk=int(pk), now=database_now()):
        messages.success(request, _("The token is revoked."))
    else:
        messages.error(request, _("That token is not yours, or revoked already."))
    return redirect("/account/tokens/")

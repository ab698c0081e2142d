"""A new password for whoever forgot theirs: a link by mail, and the page that it leads to."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from frontend.pages.ignored import dead_choice
from frontend.pages.page import show
from frontend.pages.password import FirstForm
from frontend.pages.secret_links import spent, unreferred
from frontend.pages.tries import mail_counts, too_many
from frontend.present.account import contact
from leaderboard.accounts.limits import TooMany, take
from leaderboard.accounts.models import User
from leaderboard.accounts.passwords import ask_for_link, set_password, user_of_link
from leaderboard.clock import database_now

LONGEST = 254

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("Mail address"),
        max_length=LONGEST,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("The one in your account."),
    )


@get_or_post
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """The same answer, as fast, whether the address belongs to anybody."""
    if not settings.MAIL:
        answer = _show(request, {"mail": False})
        answer.status_code = 403 if request.method == "POST" else 200
        return answer
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        address, now = form.cleaned_data["address"], database_now()
        try:
            take(mail_counts(request, address), now=now)
        except TooMany as error:
            return too_many(request, error)
        ask_for_link(address=address, now=now, language=request.LANGUAGE_CODE)
        return redirect("/account/forgotten/?asked=1")
    answer = _show(request, {"mail": True, "form": form, "asked": request.GET.get("asked") == "1"})
    answer.status_code = 422 if form.errors else 200
    return answer


def _show(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    whole = {**context, "contact": contact(settings.CONTACT), "minutes": settings.PASSWORD_RESET_TIMEOUT // 60}
    whole["address_notes"] = dead_choice("asked", request.GET.get("asked", ""))
    trail = ((_("Sign in"), "/account/login/"), (_("Forgotten password"), ""))
    return show(request, "forgotten.html", whole, section="account", trail=trail, keys=("asked",))


@get_or_post
@never_cache
@sensitive_post_parameters("new_password1", "new_password2")
@sensitive_variables("secret")
def new_password(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET asks, a POST uses the link up."""
    user = user_of_link(secret)
    return unreferred(_spent(request) if user is None else _new_password(request, user))


def _new_password(request: HttpRequest, user: User) -> HttpResponse:
    name, old = user.get_username(), user.password
    form = FirstForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False)
        if not set_password(user=user, now=database_now(), language=request.LANGUAGE_CODE, instead_of=old):
            return _spent(request)
        messages.success(request, _("Your password is changed. Sign in with it."))
        return redirect("/account/login/")
    answer = _show_new(request, {"form": form, "name": name})
    answer.status_code = 422 if form.errors else 200
    return answer


def _spent(request: HttpRequest) -> HttpResponse:
    return spent(request, lambda: _show_new(request, {"spent": True}), now=database_now())


def _show_new(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    trail = ((_("Sign in"), "/account/login/"), (_("New password"), ""))
    return show(request, "new_password.html", context, section="account", trail=trail)

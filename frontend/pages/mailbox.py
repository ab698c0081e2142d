"""The mail address of one's account: asked for here, kept by the link that is mailed to it."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from frontend.pages.page import show
from frontend.pages.secret_links import spent, unreferred
from frontend.pages.signed_in import signed_in
from frontend.pages.tries import mail_counts, too_many
from frontend.present.account import own_pages
from leaderboard.accounts.limits import PASSWORD, TooMany, give_back, take
from leaderboard.accounts.mailbox import Claim, ask_to_confirm, claim_of_link, keep_address
from leaderboard.accounts.models import User
from leaderboard.clock import database_now

LONGEST = 254

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class MailboxForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("Mail address"),
        max_length=LONGEST,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # Whoever has the address can set a new password: to change it asks for as much as that does.
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.email:
            self.fields["address"].help_text = _("Empty removes it.")
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> None:
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This is not your password."))


@get_or_post
@never_cache
@login_required
@sensitive_post_parameters("password")
def mailbox(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if not settings.MAIL:
        answer = _show(request, {"mail": False})
        answer.status_code = 403 if request.method == "POST" else 200
        return answer
    form = MailboxForm(user, request.POST if request.method == "POST" else None, initial={"address": user.email})
    if request.method == "POST":
        counts = [(PASSWORD, str(user.pk))]
        try:
            take(counts, now=database_now())
            if form.is_valid():
                give_back(counts)
                return _changed(request, user, form.cleaned_data["address"])
        except TooMany as error:
            return too_many(request, error)
    answer = _show(request, {"mail": True, "form": form})
    answer.status_code = 422 if form.errors else 200
    return answer


def _changed(request: HttpRequest, user: User, address: str) -> HttpResponse:
    now = database_now()
    if not address:
        keep_address(Claim(user, ""), now=now, language=request.LANGUAGE_CODE)
        messages.success(request, _("Your account has no mail address now."))
    elif address == user.email:
        messages.info(request, _("That is the address of your account already."))
    else:
        take(mail_counts(request, address), now=now)
        ask_to_confirm(by=user, address=address, now=now, language=request.LANGUAGE_CODE)
        messages.success(request, _("A link is on its way to %s; the address is kept once you follow it.") % address)
    return redirect("/account/mail/")


@get_or_post
@never_cache
@sensitive_variables("secret")
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET asks, a POST keeps the address."""
    claim = claim_of_link(secret)
    return unreferred(_spent(request) if claim is None else _confirm(request, claim))


def _confirm(request: HttpRequest, claim: Claim) -> HttpResponse:
    if request.method == "POST":
        if not keep_address(claim, now=database_now(), language=request.LANGUAGE_CODE):
            return _spent(request)
        messages.success(request, _("%s is the mail address of your account now.") % claim.address)
        return redirect("/account/")
    return _show_confirm(request, {"name": claim.user.get_username(), "address": claim.address})


def _spent(request: HttpRequest) -> HttpResponse:
    return spent(request, lambda: _show_confirm(request, {"spent": True}), now=database_now())


def _show(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    user = signed_in(request)
    whole = {**context, "address": user.email, "own_pages": own_pages(user, request.path)}
    trail = ((_("Account"), "/account/"), (_("Mail address"), ""))
    return show(request, "mailbox.html", whole, section="account", trail=trail)


def _show_confirm(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return show(request, "mailbox_confirm.html", context, section="account", trail=((_("Mail address"), ""),))

"""A person's API tokens: made, shown once, listed with what they may do, revoked."""

from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from frontend.pages.page import show
from frontend.pages.signed_in import signed_in
from frontend.present.account import RIGHT_WORDS, own_pages, token_rows
from leaderboard.accounts.models import ApiToken, Right, User
from leaderboard.accounts.services import count_good_tokens, revoke_token, tokens_of
from leaderboard.clock import database_now

# For how many days a token is good; 0 is for ever.
LIVES = (
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("a year")),
    ("0", gettext_lazy("until it is revoked")),
)
MOST_TOKENS = 100


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, label=gettext_lazy("What is it for?"))
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("What may it do?"), choices=list(RIGHT_WORDS.items()), widget=forms.CheckboxSelectMultiple
    )
    days = forms.ChoiceField(label=gettext_lazy("How long is it good?"), choices=LIVES)

    def expires_at(self, now: datetime) -> datetime | None:
        days = int(self.cleaned_data["days"])
        return now + timedelta(days=days) if days else None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@sensitive_variables("secret", "context")
def tokens(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    secret, now = "", database_now()
    form = TokenForm(initial={"rights": [Right.READ, Right.SUBMIT], "days": "90"})
    if request.method == "POST" and "revoke" in request.POST:
        return _revoke(request, user)
    if request.method == "POST":
        sent = TokenForm(request.POST)
        if count_good_tokens(user, now=now) >= MOST_TOKENS:
            sent.add_error(None, _("You have %d good tokens. Revoke one that you no longer use first.") % MOST_TOKENS)
        if sent.is_valid():
            rights = [Right(right) for right in sent.cleaned_data["rights"]]
            name, expires_at = sent.cleaned_data["name"], sent.expires_at(now)
            _row, secret = ApiToken.issue(user=user, name=name, now=now, rights=rights, expires_at=expires_at)
        else:
            form = sent
    rows = token_rows(tokens_of(user), now=now)
    context = {"form": form, "secret": secret, "tokens": rows, "own_pages": own_pages(user, request.path)}
    answer = show(request, "tokens.html", context, section="account", trail=((_("API tokens"), ""),))
    answer.status_code = 422 if form.errors else 200
    return answer


def _revoke(request: HttpRequest, user: User) -> HttpResponse:
    pk = request.POST["revoke"]
    if pk.isascii() and pk.isdigit() and len(pk) < 18 and revoke_token(user=user, pk=int(pk), now=database_now()):
        messages.success(request, _("The token is revoked."))
    else:
        messages.error(request, _("That token is not yours, or revoked already."))
    return redirect("/account/tokens/")

"""Inviting people, for staff. A link is in one answer only: the one that shows it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from frontend.pages.page import show
from frontend.pages.signed_in import signed_in
from frontend.present.account import INVITATION_WORDS, joining, own_pages
from leaderboard.accounts.signing_up import MayNotInvite, invitations, invite, revoke_invitation
from leaderboard.clock import database_now


class InvitationForm(forms.Form):
    whom = forms.CharField(max_length=100, label=gettext_lazy("For whom is it?"))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@sensitive_variables("link", "context")
def invite_people(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if not user.is_staff:
        raise PermissionDenied(_("Only staff invites people."))
    if request.method == "POST" and "revoke" in request.POST:
        return _revoke(request)
    now, link, form = database_now(), "", InvitationForm()
    if request.method == "POST":
        sent = InvitationForm(request.POST)
        try:
            if sent.is_valid():
                token = invite(whom=sent.cleaned_data["whom"], by=user, now=now)
                link = request.build_absolute_uri(f"/account/invitation/{token}/")
        except MayNotInvite as error:
            sent.add_error(None, str(error))
        form = form if link else sent
    rows = [{"one": one, "state": INVITATION_WORDS[one.state]} for one in invitations(now=now)]
    context = {"form": form, "link": link, "rows": rows, **joining(), "own_pages": own_pages(user, request.path)}
    answer = show(request, "invitations.html", context, section="account", trail=((_("Invitations"), ""),))
    answer.status_code = 422 if form.errors else 200
    return answer


def _revoke(request: HttpRequest) -> HttpResponse:
    pk = request.POST["revoke"]
    if pk.isascii() and pk.isdigit() and len(pk) < 18 and revoke_invitation(pk=int(pk), now=database_now()):
        messages.success(request, _("The invitation is revoked."))
    else:
        messages.error(request, _("That invitation is used, or revoked already."))
    return redirect("/account/invitations/")

"""Changing one's password, or setting the first where one signed in by a link."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from frontend.pages.page import show
from frontend.pages.password_forms import FirstIsJudged
from frontend.pages.signed_in import signed_in
from frontend.pages.tries import too_many
from frontend.present.account import own_pages
from leaderboard.accounts.limits import PASSWORD, TooMany, give_back, take
from leaderboard.accounts.models import User
from leaderboard.accounts.passwords import set_password
from leaderboard.clock import database_now


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    counts = [(PASSWORD, str(user.pk))]
    has_one = user.has_usable_password()
    form = _form(user, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            take(counts, now=database_now())
        except TooMany as error:
            return too_many(request, error)
    if request.method == "POST" and form.is_valid():
        give_back(counts)
        form.save(commit=False)
        set_password(user=user, now=database_now(), language=request.LANGUAGE_CODE)
        # This browser stays signed in; all others are signed out by the new hash.
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. Other browsers have been signed out."))
        return redirect("/account/")
    context = {"form": form, "has_one": has_one, "own_pages": own_pages(user, request.path)}
    answer = show(request, "password.html", context, section="account", trail=((_("Password"), ""),))
    answer.status_code = 422 if form.errors else 200
    return answer


class FirstForm(FirstIsJudged, SetPasswordForm):  # type: ignore[type-arg]  # it is not generic at run time
    pass


class ChangeForm(FirstIsJudged, PasswordChangeForm):
    pass


def _form(user: User, data: Any) -> FirstForm | ChangeForm:
    return ChangeForm(user, data) if user.has_usable_password() else FirstForm(user, data)

"""Making an account: by oneself where the policy is open, by an invitation where it asks for one."""

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from frontend.pages.page import show
from frontend.pages.password_forms import FirstIsJudged
from frontend.pages.returning import KEYS, dead_way_back, way_back
from frontend.pages.secret_links import gone, spent, unreferred
from frontend.pages.tries import remember_browser, sign_up_counts, too_many
from frontend.present.account import joining
from leaderboard.accounts.limits import TooMany, take
from leaderboard.accounts.models import User
from leaderboard.accounts.signing_up import (
    NameTaken,
    NotWelcome,
    SignUpPolicy,
    good_invitation,
    sign_up,
    sign_up_policy,
)
from leaderboard.clock import database_now

LONGEST_NAME = 40
# The same words whoever has it, and however it is written.
TAKEN = gettext_lazy("This name cannot be had. Choose another.")

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


class SignUpForm(FirstIsJudged, UserCreationForm):  # type: ignore[type-arg]  # it is not generic at run time
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username",)
        labels: ClassVar = {"username": gettext_lazy("Name")}
        help_texts: ClassVar = {
            "username": gettext_lazy(
                "At most 40 letters, digits and @ . + - _; others may see it beside what you submit."
            )
        }
        error_messages: ClassVar = {"username": {"unique": TAKEN}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["username"]
        name.validators.append(MaxLengthValidator(LONGEST_NAME))
        name.widget.attrs["maxlength"] = LONGEST_NAME


@get_or_post
@never_cache
@sensitive_post_parameters("password1", "password2")
def open_sign_up(request: HttpRequest) -> HttpResponse:
    if sign_up_policy() != SignUpPolicy.OPEN:
        answer = _show(request, "sign_up_closed.html", {})
        answer.status_code = 403 if request.method == "POST" else 200
        return answer
    return _join(request, "", {})


@get_or_post
@never_cache
@sensitive_post_parameters("password1", "password2")
@sensitive_variables("token")
def invited(request: HttpRequest, token: str) -> HttpResponse:
    now = database_now()
    invitation = good_invitation(token, now=now)
    if invitation is None:
        return unreferred(spent(request, lambda: _show_spent(request), now=now))
    return unreferred(_join(request, token, {"invitation": invitation}))


@sensitive_variables("invitation")
def _join(request: HttpRequest, invitation: str, context: dict[str, Any]) -> HttpResponse:
    if request.user.is_authenticated:
        messages.info(request, _("You have an account already; sign out to make another."))
        return redirect("/account/")
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            take(sign_up_counts(request, request.POST.get("username", "")), now=database_now())
            if form.is_valid():
                user = sign_up(user=form.save(commit=False), now=database_now(), invitation=invitation)
                return _welcome(request, user)
        except TooMany as error:
            return too_many(request, error)
        except NotWelcome:
            return gone(request, _show_spent(request))
        except NameTaken:
            form.add_error("username", str(TAKEN))
    answer = _show(request, "sign_up.html", {**context, "form": form, "next": way_back(request)})
    answer.status_code = 422 if form.errors else 200
    return answer


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    messages.success(request, _("Your account is made, and you are signed in."))
    answer = redirect(way_back(request) or "/account/")
    remember_browser(answer, user.get_username())
    return answer


def _show_spent(request: HttpRequest) -> HttpResponse:
    return _show(request, "sign_up_closed.html", {"spent": True})


def _show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    whole = {**context, **joining(), "address_notes": dead_way_back(request)}
    return show(request, template, whole, section="account", trail=((_("Sign up"), ""),), keys=KEYS)

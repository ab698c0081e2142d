"""Enrolling a machine and keeping its devices, for staff. A token is in one answer only: the one that shows it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend.pages.agent import install_words
from frontend.pages.forms import json_answer
from frontend.pages.page import show
from frontend.present.enrol import causes_of, enrolment_context, status_record
from leaderboard.accounts.models import User
from leaderboard.clock import database_now
from leaderboard.devices.enrolling import (
    AlreadyUsed,
    BadMachine,
    EnrolmentView,
    begin_enrolment,
    enrolment_view,
    open_enrolments,
    show_token,
)
from leaderboard.devices.models import Device, Health
from leaderboard.devices.selectors import device_list, find_device
from leaderboard.health.keeping import CannotCheck, NoReason, bring_back, check_now, take_out
from leaderboard.health.selectors import newest_checks
from leaderboard.protocol import DeviceKind

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_only(view: View[P]) -> View[P]:
    """Whoever is not signed in is asked to; whoever is not staff is told so."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied(_("Only staff enrol machines and keep devices."))
        return view(request, *args, **kwargs)

    return guarded


class EnrolForm(forms.Form):
    name = forms.SlugField(
        max_length=60,
        label=gettext_lazy("Name of the machine"),
        help_text=gettext_lazy("Small letters, digits and dashes, such as lab-2. Its devices are named after it."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Class of what it is to measure on"),
        choices=[(kind.value, kind.value) for kind in DeviceKind],
        help_text=gettext_lazy(
            "What you expect. The agent reports what there is, and this page says where it differs."
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_only
def begin(request: HttpRequest) -> HttpResponse:
    now = database_now()
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            kind = DeviceKind(values["kind"])
            made = begin_enrolment(name=values["name"], kind=kind, by=_user(request), now=now)
            return redirect(f"/devices/enrol/{made.pk}/")
        except BadMachine as error:
            form.add_error("name", str(error))
    context = {"form": form, "open": open_enrolments(now=now)}
    return show(request, "enrol.html", context, section="devices", trail=_trail())


@require_safe
@never_cache
@staff_only
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    now = database_now()
    return _watch(request, _found(pk, now), now)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_only
@sensitive_variables("secret")
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a new token, once; the one before is revoked. A GET, such as a reload, shows none."""
    if request.method != "POST":
        return redirect(f"/devices/enrol/{pk}/")
    now = database_now()
    _found(pk, now)
    try:
        secret = show_token(enrolment_id=pk, now=now)
    except AlreadyUsed as error:
        messages.error(request, str(error))
        return redirect(f"/devices/enrol/{pk}/")
    return _watch(request, _found(pk, now), now, secret)


@require_safe
@never_cache
@staff_only
def status(_request: HttpRequest, pk: int) -> HttpResponse:
    now = database_now()
    return json_answer(status_record(_context(_found(pk, now), now)))


@sensitive_variables("secret", "context")
def _watch(request: HttpRequest, view: EnrolmentView, now: datetime, secret: str = "") -> HttpResponse:
    words = install_words(request)
    context = {
        **_context(view, now),
        **words,
        "secret": secret,
        "causes": causes_of(words["origin"], now=now),
    }
    return show(request, "enrolment.html", context, section="devices", trail=_trail(view.name))


def _context(view: EnrolmentView, now: datetime) -> Mapping[str, Any]:
    devices = [device for device in device_list(now=now) if device.agent == view.agent] if view.agent else []
    checks = newest_checks(view.agent_id) if view.agent_id else {}
    return enrolment_context(view, devices, checks, now=now)


def _found(pk: int, now: datetime) -> EnrolmentView:
    view = enrolment_view(pk, now=now) if pk < 2**31 else None
    if view is None:
        raise Http404(_("There is no such enrolment."))
    return view


@require_POST
@staff_only
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Drain, stop, retire, bring back or check a device; then back to where the form stood."""
    device = find_device(slug)
    if device is None:
        raise Http404(_("There is no such device."))
    try:
        messages.success(request, _keep(request.POST.get("do", ""), device, request))
    except (NoReason, CannotCheck) as error:
        messages.error(request, str(error))
    back = request.POST.get("enrolment", "")
    return redirect(f"/devices/enrol/{back}/" if back.isascii() and back.isdigit() else f"/devices/{slug}/")


def _keep(verb: str, device: Device, request: HttpRequest) -> str:
    now, by, reason = database_now(), _user(request), request.POST.get("reason", "")
    if verb in {"drain", "stop", "retire"}:
        health = Health.RETIRED if verb == "retire" else Health.MAINTENANCE
        finishes = take_out(device=device, health=health, reason=reason, by=by, now=now, stop=verb == "stop")
        return _("It finishes its job and takes none after that.") if finishes else _("It takes no more jobs.")
    if verb == "enable":
        bring_back(device=device, by=by, now=now)
        return _("In service.") + " " + _checked_if_possible(device, now=now)
    if verb != "check":
        raise NoReason(_("Nothing was done: choose what to do."))
    return _checked(device, now=now)


def _checked(device: Device, *, now: datetime) -> str:
    asked = check_now(device=device, now=now)
    return _("A reference job is queued.") if asked else _("A reference job is queued already.")


def _checked_if_possible(device: Device, *, now: datetime) -> str:
    try:
        return _checked(device, now=now)
    except CannotCheck as error:
        return str(error)


def _user(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only for a request of somebody who is signed in")
    return user


def _trail(name: str = "") -> tuple[tuple[str, str], ...]:
    way = ((_("Devices"), "/devices/"),)
    return (*way, (_("Enrol"), "/devices/enrol/"), (name, "")) if name else (*way, (_("Enrol"), ""))

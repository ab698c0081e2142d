"""`manage device SLUG ...`: take a device out of service and back, check it now, accept what it has become."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaderboard.clock import database_now
from leaderboard.devices.models import Device, Health
from leaderboard.health.keeping import CannotCheck, NoReason, bring_back, check_now, take_out
from leaderboard.health.recording import accept_baseline

_OUT_OF_SERVICE = {"maintenance": Health.MAINTENANCE, "retire": Health.RETIRED}


class Command(BaseCommand):
    help = "Show a device's health; or drain it, bring it back, check it now, or accept its new baseline."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the device, as its page names it")
        action = parser.add_mutually_exclusive_group()
        action.add_argument(
            "--maintenance", metavar="REASON", help="drain it: what it measures now is finished, nothing new is given"
        )
        action.add_argument("--retire", metavar="REASON", help="as --maintenance, and for good")
        action.add_argument("--in-service", action="store_true", help="give it work again; it is checked first")
        action.add_argument("--check", action="store_true", help="queue a reference job now")
        action.add_argument("--accept-baseline", action="store_true", help="what it measured last is how it is now")

    def handle(self, *_args: Any, slug: str, **options: Any) -> None:
        device = Device.objects.select_related("agent").filter(slug=slug).first()
        if device is None:
            known = ", ".join(Device.objects.order_by("slug").values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no device {slug!r}; known are {known}.")
        self._act(device, options)
        device.refresh_from_db()
        self.stdout.write(
            f"{device.slug}: {device.health}" + (f" ({device.health_reason})" * bool(device.health_reason))
        )

    def _act(self, device: Device, options: dict[str, Any]) -> None:
        now = database_now()
        for name, health in _OUT_OF_SERVICE.items():
            if options[name] is not None:
                self._take_out(device, health, options[name])
        if options["in_service"]:
            bring_back(device=device, by=None, now=now)
        if options["in_service"] or options["check"]:
            self._check(device)
        if options["accept_baseline"] and accept_baseline(device=device, now=now) is None:
            raise CommandError(f"{device.slug} has no check that measured since it last failed; run --check first.")

    def _take_out(self, device: Device, health: Health, reason: str) -> None:
        try:
            finishes = take_out(device=device, health=health, reason=reason, by=None, now=database_now())
        except NoReason as error:
            raise CommandError(str(error)) from None
        if finishes:
            self.stdout.write("It finishes what it measures now, and is given nothing after that.")

    def _check(self, device: Device) -> None:
        try:
            asked = check_now(device=device, now=database_now())
        except CannotCheck as error:
            raise CommandError(str(error)) from None
        self.stdout.write("A reference job is queued." if asked else "A check is open already.")

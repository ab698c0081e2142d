"""The agent of this machine: enrolled once, and the same one for as long as its folder and the database are kept."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from leaderboard.accounts.models import User, digest
from leaderboard.devices.models import Agent, Device, EnrolToken
from leaderboard.embedded.folder import DataFolder
from leaderboard.protocol import DeviceKind

NAME = "local"
TOKEN_LIVES_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Enrolment:
    name: str
    token: str


def enrolled_agent(folder: DataFolder) -> Agent | None:
    """Return the agent whose folder this is, if this server knows it."""
    try:
        config = json.loads((folder.agent_home / "config.json").read_text(encoding="utf-8"))
        return Agent.objects.filter(uuid=config["agent_id"]).first()
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return None


def tell_address(folder: DataFolder, url: str) -> None:
    """Write the server's address into the configuration of the agent, which must not run: `up` may change its port."""
    path = folder.agent_home / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    if config["url"] != url:
        folder.write_private(path, json.dumps(config | {"url": url}, indent=2) + "\n")


def device_of(agent: Agent) -> Device | None:
    """Return the device that the bundled models are measured on."""
    return Device.objects.filter(agent=agent, kind=DeviceKind.CPU.value).order_by("key").first()


def prepare_enrolment(folder: DataFolder, *, by: User, now: datetime) -> Enrolment:
    """Return what the agent needs to enrol.

    The token is kept (0600) until it is done: an enrolment that was cut off half-way is finished with the same token,
    which the server answers with the same agent.
    """
    _set_aside_foreign_home(folder, now=now)
    return _unfinished(folder, now=now) or _fresh(folder, by=by, now=now)


def forget_enrolment(folder: DataFolder) -> None:
    folder.enrol_token_file.unlink(missing_ok=True)


def drop_spent_token(folder: DataFolder) -> None:
    """After a refusal: a token that was spent, but not by this folder's secret, will never do."""
    try:
        token = folder.enrol_token_file.read_text(encoding="utf-8").strip()
    except OSError:
        return
    if not EnrolToken.objects.filter(token_hash=digest(token), used_by_secret_hash="").exists():
        forget_enrolment(folder)


def _set_aside_foreign_home(folder: DataFolder, *, now: datetime) -> None:
    """Keep, but no longer use, the folder of an agent that this database does not know: it was made for another."""
    if (folder.agent_home / "config.json").exists():
        folder.agent_home.rename(folder.root / f"agent-unknown-{now:%Y%m%dT%H%M%S%f}")


def _unfinished(folder: DataFolder, *, now: datetime) -> Enrolment | None:
    try:
        token = folder.enrol_token_file.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    row = EnrolToken.objects.filter(token_hash=digest(token)).first()
    if row is None:
        return None
    has_secret = (folder.agent_home / "secret").exists()
    usable = has_secret if row.used_by_secret_hash else row.expires_at > now
    return Enrolment(row.name, token) if usable else None


def _fresh(folder: DataFolder, *, by: User, now: datetime) -> Enrolment:
    taken = set(Agent.objects.filter(name__startswith=NAME).values_list("name", flat=True))
    candidates = [NAME, *(f"{NAME}-{number}" for number in range(2, len(taken) + 3))]
    name = next(candidate for candidate in candidates if candidate not in taken)
    token = EnrolToken.issue(name=name, by=by, expires_at=now + TOKEN_LIVES_FOR)
    folder.write_private(folder.enrol_token_file, f"{token}\n")
    return Enrolment(name, token)

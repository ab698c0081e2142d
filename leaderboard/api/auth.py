"""Bearer tokens of people and of agents. A token is looked up by its digest and never logged."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from leaderboard.accounts.models import Right, User, digest
from leaderboard.accounts.services import Bearer, bearer_of
from leaderboard.api.problems import refuse
from leaderboard.api.rates import note_caller
from leaderboard.clock import database_now
from leaderboard.devices.models import Agent
from leaderboard.protocol import EPOCH_HEADER


class UserAuth(HttpBearer):
    """A token with the right that the call needs: reading for what only reads, else `right`, else managing."""

    def __init__(self, right: Right | None = None) -> None:
        super().__init__()
        self.right = right

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = bearer_of(token, now=database_now())
        if found is None:
            return None
        reads = request.method in ("GET", "HEAD")
        note_caller(request, found.user)
        return permitted(found, self.right or (Right.READ if reads else Right.MANAGE))


def permitted(found: Bearer, right: Right) -> User:
    if right not in found.rights:
        title = f"The token has no right to {right.value}."
        refuse(403, "missing_right", title, hint="Issue one that has it at /account/tokens/.")
    return found.user


class AgentAuth(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Agent | None:
        return Agent.objects.filter(secret_hash=digest(token)).first()


def asking_agent(request: HttpRequest) -> Agent | None:
    """Return the agent behind an optional secret; a wrong one is nobody's, and no error."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return AgentAuth().authenticate(request, secret) if kind.lower() == "bearer" else None


def reader(request: HttpRequest) -> User | None:
    """Return the user behind an optional token or session; a wrong token is an error, none at all is not."""
    header = request.headers.get("Authorization", "")
    if header:
        kind, _, token = header.partition(" ")
        found = bearer_of(token, now=database_now()) if kind.lower() == "bearer" else None
        if found is None:
            refuse(401, "not_signed_in", "The token is not valid.", hint="Tokens are made at /account/tokens/.")
        note_caller(request, found.user)
        return permitted(found, Right.READ)
    return request.user if isinstance(request.user, User) else None


def session_epoch(request: HttpRequest) -> int:
    """Return the epoch that an agent's call carries."""
    epoch = parsed_epoch(request.headers.get(EPOCH_HEADER, ""))
    if epoch is None:
        refuse(400, "no_session", f"The header {EPOCH_HEADER} is missing or no number.", hint="Sync first.")
    return epoch


def parsed_epoch(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else None

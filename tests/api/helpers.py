"""Clients of both APIs, and what every error must look like."""

import secrets

from leaderboard.accounts.models import digest
from leaderboard.devices.models import Agent
from leaderboard.protocol import page_of
from tests.factories import make_token


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def person(user=None):
    """Return (user, headers)."""
    token, user = make_token(user)
    return user, bearer(token)


def armed(agent):
    """Give the agent a secret that is known here; return its headers."""
    secret = secrets.token_urlsafe(32)
    Agent.objects.filter(pk=agent.pk).update(secret_hash=digest(secret))
    agent.refresh_from_db()
    return bearer(secret) | {"Perwatt-Epoch": str(agent.session_epoch)}


def send(client, method, path, body=None, headers=None, kind="application/json"):
    data = body if isinstance(body, bytes | str) else __import__("json").dumps(body) if body is not None else ""
    return client.generic(method, path, data, content_type=kind, headers=headers or {})


def assert_problem(response, status, code=None):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["code"] == (code or problem["code"])
    assert problem["type"] == page_of(problem["code"])
    assert problem["request_id"] == response["X-Request-Id"]
    assert "Traceback" not in response.text
    return problem

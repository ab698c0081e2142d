"""Tokens and links: shown once, kept as digests, and worth nothing once revoked, used or late."""

from datetime import timedelta

import pytest

from leaderboard.accounts.models import ApiToken, SignInLink
from leaderboard.accounts.services import redeem_sign_in, revoke_token, tokens_of, user_of_token
from tests.factories import NOW, UserFactory, make_token

pytestmark = pytest.mark.django_db


def test_a_token_names_its_user_and_is_kept_as_a_digest_only():
    token, user = make_token()
    assert user_of_token(token, now=NOW) == user
    row = ApiToken.objects.get()
    assert token.startswith("pw_")
    assert token not in (row.token_hash, str(row), row.name)


@pytest.mark.parametrize("token", ["", "pw_", "pw_wrong", "\x00", "ü" * 50])
def test_a_wrong_token_names_nobody(token):
    make_token()
    assert user_of_token(token, now=NOW) is None


def test_the_digest_of_a_token_is_no_token():
    make_token()
    assert user_of_token(ApiToken.objects.get().token_hash, now=NOW) is None


def test_a_revoked_token_names_nobody_and_is_revoked_once():
    token, user = make_token()
    pk = tokens_of(user)[0].pk
    assert revoke_token(user=user, pk=pk, now=NOW)
    assert not revoke_token(user=user, pk=pk, now=NOW)
    assert user_of_token(token, now=NOW) is None


def test_nobody_revokes_the_token_of_another():
    token, user = make_token()
    assert not revoke_token(user=UserFactory(), pk=tokens_of(user)[0].pk, now=NOW)
    assert user_of_token(token, now=NOW) == user


def test_a_token_of_an_inactive_user_is_worth_nothing():
    token, _ = make_token(UserFactory(is_active=False))
    assert user_of_token(token, now=NOW) is None


def test_a_sign_in_link_works_once_and_in_time():
    user = UserFactory()
    link = SignInLink.issue(user=user, expires_at=NOW + timedelta(minutes=5))
    late = SignInLink.issue(user=user, expires_at=NOW)
    assert redeem_sign_in(link, now=NOW) == user
    assert redeem_sign_in(link, now=NOW) is None
    assert redeem_sign_in(late, now=NOW) is None
    assert redeem_sign_in("guess", now=NOW) is None


def test_a_sign_in_link_of_an_inactive_user_signs_nobody_in():
    link = SignInLink.issue(user=UserFactory(is_active=False), expires_at=NOW + timedelta(minutes=5))
    assert redeem_sign_in(link, now=NOW) is None

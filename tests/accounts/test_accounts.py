"""Tokens and links: shown once, kept as digests, and worth nothing once revoked, used or late."""

from datetime import timedelta

import pytest

from leaderboard.accounts.models import ApiToken, SignInLink, digest
from leaderboard.accounts.services import bearer_of, redeem_sign_in, revoke_token, tokens_of, user_of_token
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


def test_a_token_that_has_ended_names_nobody():
    user = UserFactory()
    _, token = ApiToken.issue(user=user, name="ci", now=NOW, expires_at=NOW + timedelta(days=1))
    assert user_of_token(token, now=NOW) == user
    assert user_of_token(token, now=NOW + timedelta(days=1)) is None


def test_a_token_without_a_word_of_rights_has_all_of_them():
    token, _ = make_token()
    assert bearer_of(token, now=NOW).rights == {"read", "submit", "manage"}
    user = UserFactory()
    old = ApiToken.objects.create(user=user, name="old", token_hash=digest("pw_old"), created_at=NOW)
    assert (bearer_of("pw_old", now=NOW).rights, old.expires_at) == ({"read", "submit", "manage"}, None)


def test_the_last_use_of_a_token_is_noted_once_a_minute(django_assert_num_queries):
    token, _ = make_token()
    for seconds, queries in ((0, 2), (30, 1), (61, 2)):
        with django_assert_num_queries(queries):
            bearer_of(token, now=NOW + timedelta(seconds=seconds))
    assert ApiToken.objects.get().last_used_at == NOW + timedelta(seconds=61)

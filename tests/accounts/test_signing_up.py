"""Who may join: the policy decides, an invitation works once and in time, and nobody joins as staff."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from leaderboard.accounts.models import Invitation, User, digest
from leaderboard.accounts.signing_up import (
    InvitationState,
    MayNotInvite,
    NameTaken,
    NotWelcome,
    good_invitation,
    invitations,
    invite,
    inviter_of,
    revoke_invitation,
    sign_up,
)
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _invited(settings):
    settings.SIGN_UP = "invited"


@pytest.fixture
def ada():
    return UserFactory(username="ada", is_staff=True)


def join(name="bob", token="", now=NOW):
    return sign_up(user=User(username=name), invitation=token, now=now)


def test_an_invitation_makes_one_account_and_is_kept_as_a_digest(ada):
    token = invite(whom="Bob of the lab", by=ada, now=NOW)
    row = Invitation.objects.get()
    assert token not in (row.token_hash, str(row), row.whom)
    bob = join(token=token)
    assert (inviter_of(bob), inviter_of(ada)) == ("ada", "")
    with pytest.raises(NotWelcome):
        join("carl", token)
    assert set(User.objects.values_list("username", flat=True)) == {"ada", "bob"}


def test_an_invitation_ends_after_a_week_by_revoking_or_with_the_staff_who_made_it(ada):
    late, revoked, orphan = (invite(whom=name, by=ada, now=NOW) for name in ("late", "revoked", "orphan"))
    assert good_invitation(late, now=NOW + WEEK) is None
    assert revoke_invitation(pk=Invitation.objects.get(whom="revoked").pk, now=NOW)
    assert good_invitation(revoked, now=NOW) is None
    assert good_invitation(orphan, now=NOW).made_by == "ada"
    User.objects.filter(pk=ada.pk).update(is_staff=False)
    for token, now in ((late, NOW + WEEK), (revoked, NOW), (orphan, NOW), ("guess", NOW), ("", NOW)):
        with pytest.raises(NotWelcome):
            join(token=token, now=now)
    states = {one.whom: one.state for one in invitations(now=NOW)}
    assert states == {"late": "void", "revoked": "revoked", "orphan": "void"}
    assert {one.state for one in invitations(now=NOW + WEEK)} == {InvitationState.EXPIRED, InvitationState.REVOKED}


def test_an_invitation_that_made_no_account_stays_good(ada):
    token = invite(whom="bob", by=ada, now=NOW)
    with pytest.raises(NameTaken):
        join("ada", token)
    assert join("bob", token).pk


def test_nobody_joins_as_staff_whatever_the_form_said(ada):
    token = invite(whom="bob", by=ada, now=NOW)
    sign_up(user=User(username="bob", is_staff=True, is_superuser=True), invitation=token, now=NOW)
    assert not User.objects.filter(username="bob", is_staff=True).exists()
    assert not User.objects.filter(username="bob", is_superuser=True).exists()


def test_an_open_server_asks_for_no_invitation_and_a_closed_one_takes_none(ada, settings):
    token = invite(whom="bob", by=ada, now=NOW)
    settings.SIGN_UP = "closed"
    with pytest.raises(NotWelcome):
        join(token=token)
    with pytest.raises(MayNotInvite, match="closed"):
        invite(whom="bob", by=ada, now=NOW)
    assert good_invitation(token, now=NOW) is None
    settings.SIGN_UP = "open"
    assert join("carl").date_joined == NOW
    assert inviter_of(join("bob", token)) == "ada"
    with pytest.raises(NotWelcome):
        join("dora", token)


@pytest.mark.parametrize("wrong", [{"is_staff": False}, {"is_staff": True, "is_active": False}])
def test_only_staff_that_is_there_invites(wrong):
    with pytest.raises(MayNotInvite, match="Only staff"):
        invite(whom="bob", by=UserFactory(**wrong), now=NOW)


def test_who_joined_has_used_the_invitation(ada):
    invite(whom="bob", by=ada, now=NOW)
    with pytest.raises(IntegrityError, match="who_joined_has_used_the_invitation"), transaction.atomic():
        Invitation.objects.update(used_by=ada)


def test_the_command_hands_a_link_over_in_a_private_file(ada, tmp_path, settings, capsys):
    settings.CSRF_TRUSTED_ORIGINS = ["https://perwatt.example.org:8443"]
    call_command("invite", "ada", str(tmp_path / "link"), whom="bob")
    link = (tmp_path / "link").read_text(encoding="ascii").strip()
    assert link.startswith("https://perwatt.example.org:8443/account/invitation/")
    assert Invitation.objects.get(whom="bob").token_hash == digest(link.split("/")[-2])
    assert (tmp_path / "link").stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr().out == ""


def test_the_command_leaves_no_file_where_nobody_is_invited(ada, tmp_path, settings):
    UserFactory(username="carl")
    for name, why in (("nobody", "nobody named nobody"), ("carl", "Only staff")):
        with pytest.raises(CommandError, match=why):
            call_command("invite", name, str(tmp_path / "link"))
    settings.SIGN_UP = "closed"
    with pytest.raises(CommandError, match="PERWATT_SIGN_UP"):
        call_command("invite", "ada", str(tmp_path / "link"))
    assert not (tmp_path / "link").exists()

"""How secrets leave the server: into a private file, or through standard output when asked."""

import pytest
from django.core.management import CommandError, call_command

from leaderboard.accounts.models import ApiToken, SignInLink, User, digest
from leaderboard.accounts.services import user_of_token
from leaderboard.clock import database_now
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_sign_in_link_makes_a_member_of_staff_without_a_password(tmp_path, settings, capsys):
    settings.CSRF_TRUSTED_ORIGINS = ["https://perwatt.example.org:8443"]
    call_command("sign_in_link", "ada", str(tmp_path / "link"))

    user = User.objects.get(username="ada")
    link = (tmp_path / "link").read_text(encoding="ascii").strip()
    assert user.is_staff
    assert not user.has_usable_password()
    assert link.startswith("https://perwatt.example.org:8443/account/sign-in/")
    assert SignInLink.objects.get(user=user).token_hash == digest(link.split("/")[-2])
    assert (tmp_path / "link").stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr().out == ""


def test_who_is_there_already_gets_no_more_rights_by_a_link(tmp_path, capsys):
    user = UserFactory(username="ada", is_staff=False)
    call_command("sign_in_link", "ada", str(tmp_path / "link"))
    assert "ada was there already and is not staff" in capsys.readouterr().err

    assert User.objects.get() == user
    assert not User.objects.get().is_staff


def test_a_name_that_cannot_be_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="valid username"):
        call_command("sign_in_link", "a b", str(tmp_path / "link"))
    assert not User.objects.exists()


def test_an_api_token_comes_as_the_header_that_scripts_send(capsys):
    user = UserFactory(username="ada")
    call_command("api_token", "ada", "-", label="ci")

    line = capsys.readouterr().out.strip()
    assert user_of_token(line.removeprefix("Authorization: Bearer "), now=database_now()) == user
    assert ApiToken.objects.get().name == "ci"


def test_a_token_for_nobody_or_for_a_file_that_is_there_is_not_made(tmp_path):
    UserFactory(username="ada")
    (tmp_path / "old").touch()
    with pytest.raises(CommandError, match="nobody named bob"):
        call_command("api_token", "bob", "-")
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("api_token", "ada", str(tmp_path / "old"))
    assert not ApiToken.objects.exists()

import pytest
from django.core.management import CommandError, call_command

from leaderboard.accounts.models import digest
from leaderboard.devices.models import EnrolToken
from tests.factories import AgentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_token_is_in_a_private_file_and_nowhere_else(tmp_path, capsys):
    UserFactory(is_staff=True)
    file = tmp_path / "token"
    call_command("enrol_token", "lab-2", str(file))
    token = file.read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert EnrolToken.objects.get(name="lab-2").token_hash == digest(token)
    assert token not in capsys.readouterr().out


def test_what_cannot_be_issued_is_said_in_a_sentence(tmp_path):
    with pytest.raises(CommandError, match="no member of staff"):
        call_command("enrol_token", "lab-2", str(tmp_path / "token"))
    UserFactory(is_staff=True)
    AgentFactory(name="taken")
    for name, complaint in (("Lab 2", "is no name"), ("taken", "is enrolled already")):
        with pytest.raises(CommandError, match=complaint):
            call_command("enrol_token", name, str(tmp_path / "token"))
    (tmp_path / "old").touch()
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("enrol_token", "lab-2", str(tmp_path / "old"))
    assert not EnrolToken.objects.exists()

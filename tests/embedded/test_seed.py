import json
from pathlib import Path

import pytest

from leaderboard.accounts.models import ApiToken, SignInLink, User, digest
from leaderboard.boards.models import Board
from leaderboard.catalog.models import Benchmark
from leaderboard.embedded import seed
from leaderboard.embedded.errors import CannotStart
from leaderboard.embedded.folder import DataFolder
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


def test_the_bundled_catalogue_loads_with_its_boards_and_again_without_change():
    folders = list(seed.bundled_benchmarks().values())

    first = seed.load_catalogue(folders, now=NOW)
    again = seed.load_catalogue(folders, now=NOW)

    assert first == again
    assert "digits" in first
    assert Benchmark.objects.get(slug="digits").n == 600
    assert Board.objects.filter(slug="digits").count() == 1


def test_a_benchmark_that_contradicts_its_files_is_refused_in_words(tmp_path, settings):
    bundled = seed.bundled_benchmarks()["digits"]
    spec = json.loads((bundled / "benchmark.json").read_text(encoding="utf-8"))
    spec["inputs"]["sha256"] = "0" * 64
    for name in ("inputs.npy", "answers.npy"):
        (tmp_path / name).write_bytes((bundled / name).read_bytes())
    (tmp_path / "benchmark.json").write_text(json.dumps(spec), encoding="utf-8")

    with pytest.raises(CannotStart, match=r"does not have the digest"):
        seed.load_catalogue([tmp_path], now=NOW)


def test_no_choice_is_the_default_and_an_unknown_choice_is_refused_with_what_there_is():
    known = {"digits": True, "adders": False}
    assert seed.choose_benchmarks((), known) == ("digits",)
    assert seed.choose_benchmarks(("adders",), known) == ("adders",)
    with pytest.raises(CannotStart, match=r"no benchmark sums; bundled are digits, adders\."):
        seed.choose_benchmarks(("digits", "sums"), known)


def test_of_the_bundled_benchmarks_digits_is_measured_by_default():
    assert seed.measured_by_default() == {"addition": False, "digits": True}


def test_the_local_user_administers_and_has_no_password():
    user = seed.local_user()

    assert seed.local_user() == user
    user = User.objects.get(pk=user.pk)
    assert user.is_superuser
    assert user.is_staff
    assert not user.has_usable_password()


def test_the_header_file_works_is_private_and_is_kept(folder):
    user = seed.local_user()

    seed.ensure_header_file(folder, user=user, now=NOW)
    header = folder.header_file.read_text(encoding="utf-8")
    folder.header_file.chmod(0o644)
    seed.ensure_header_file(folder, user=user, now=NOW)

    assert header.startswith("Authorization: Bearer pw_")
    assert folder.header_file.read_text(encoding="utf-8") == header
    assert folder.header_file.stat().st_mode & 0o777 == 0o600
    token = ApiToken.objects.get()
    assert token.token_hash == digest(header.split()[-1])


def test_a_header_that_no_longer_works_is_replaced_and_the_old_token_revoked(folder):
    user = seed.local_user()
    seed.ensure_header_file(folder, user=user, now=NOW)
    folder.header_file.write_text("nonsense", encoding="utf-8")

    seed.ensure_header_file(folder, user=user, now=NOW)

    token = folder.header_file.read_text(encoding="utf-8").split()[-1]
    assert ApiToken.objects.get(revoked_at=None).token_hash == digest(token)
    assert ApiToken.objects.count() == 2


def test_the_sign_in_link_works_once():
    user = seed.local_user()

    token = Path(seed.sign_in_path(user=user, now=NOW)).name

    assert SignInLink.redeem(token, now=NOW) == user
    assert SignInLink.redeem(token, now=NOW) is None

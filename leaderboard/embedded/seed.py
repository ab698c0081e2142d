"""What a fresh data folder needs before the first process starts. All of it may run again and changes nothing."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError
from django.db.migrations.exceptions import InconsistentMigrationHistory

from leaderboard import database
from leaderboard.accounts.models import ApiToken, SignInLink, User, digest
from leaderboard.boards.literature.catalogue import BadCatalogue, read_catalogue
from leaderboard.boards.literature.loading import load_figures
from leaderboard.boards.services import ensure_board
from leaderboard.catalog.benchmarks import BadBenchmark, load_benchmark
from leaderboard.catalog.services import load_price_book
from leaderboard.embedded.errors import CannotStart
from leaderboard.embedded.folder import DataFolder
from leaderboard.health.reference import ensure_reference
from leaderboard.queue import check

LOCAL_USER = "local"
TOKEN_NAME = "up"  # noqa: S105  the name that the list of tokens shows
HEADER = "Authorization: Bearer "
LINK_LIVES_FOR = timedelta(hours=12)


def check_addresses() -> None:
    """Raise CannotStart where the database or the broker does not answer at its address."""
    for reason in (database.why_unusable(), check.why_unusable()):
        if reason is not None:
            raise CannotStart(f"{reason[0].upper()}{reason[1:]}.")


def migrate() -> None:
    """Bring the database to this version; raises CannotStart where a step does not apply."""
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except (DatabaseError, InconsistentMigrationHistory) as error:
        if isinstance(error, DatabaseError) and database.outage(error) in {database.FULL, database.SLOW}:
            raise
        first = str(error).strip().splitlines()[0]
        raise CannotStart(
            f"The database could not be brought to this version: {first}. It is as it was before that step; "
            "was a migration half applied, or the database made by something else? `manage.py showmigrations` tells."
        ) from None


def bundled_benchmarks() -> dict[str, Path]:
    """Return the folder of every bundled benchmark by its slug."""
    folders = sorted(path.parent for path in settings.CATALOG_DIR.glob("*/benchmark.json"))
    return {json.loads((folder / "benchmark.json").read_text(encoding="utf-8"))["slug"]: folder for folder in folders}


def measured_by_default() -> dict[str, bool]:
    """Say of every bundled benchmark whether `up` measures its models unasked, as `benchmark.json` has it."""
    specs = {slug: folder / "benchmark.json" for slug, folder in bundled_benchmarks().items()}
    return {
        slug: bool(json.loads(spec.read_text(encoding="utf-8")).get("measured_by_default", True))
        for slug, spec in specs.items()
    }


def choose_benchmarks(wanted: Sequence[str], known: Mapping[str, bool]) -> tuple[str, ...]:
    """Return the chosen slugs; for none, those measured by default. Raises CannotStart naming what is not there."""
    unknown = [slug for slug in wanted if slug not in known]
    if unknown:
        raise CannotStart(f"There is no benchmark {', '.join(unknown)}; bundled are {', '.join(known)}.")
    return tuple(wanted) or tuple(slug for slug, by_default in known.items() if by_default)


def load_catalogue(folders: Sequence[Path], *, now: datetime) -> tuple[str, ...]:
    """Load every benchmark with its board and return the boards' slugs.

    Raises CannotStart where a folder contradicts what is known.
    """
    prices = settings.CATALOG_DIR / "prices.json"
    if prices.exists():
        load_price_book(file=prices, now=now)
    return tuple(_load(folder, now=now) for folder in folders)


def _load(folder: Path, *, now: datetime) -> str:
    try:
        benchmark = load_benchmark(folder=folder, now=now)
    except BadBenchmark as error:
        raise CannotStart(f"The benchmark in {folder} cannot be used: {error}") from None
    spec = json.loads((folder / "benchmark.json").read_text(encoding="utf-8"))
    return ensure_board(benchmark=benchmark, spec=spec["board"], now=now).slug


def load_reference(*, now: datetime) -> None:
    """Load the reference job, where the catalogue has one beside it; raises CannotStart as `load_catalogue`."""
    folder = settings.CATALOG_DIR.parent / "reference"
    if not (folder / "benchmark.json").exists():
        return
    try:
        ensure_reference(folder=folder, now=now)
    except BadBenchmark as error:
        raise CannotStart(f"The reference job in {folder} cannot be used: {error}") from None


def load_literature(*, now: datetime) -> None:
    """Load what papers report, where the catalogue has that beside it; raises CannotStart as `load_catalogue`."""
    folder = settings.CATALOG_DIR.parent / "literature"
    if not (folder / "claims.csv").exists():
        return
    try:
        load_figures(read_catalogue(folder), now=now)
    except BadCatalogue as error:
        raise CannotStart(f"The literature in {folder} cannot be used: {error}") from None


def local_user() -> User:
    """Return the one person of an embedded installation, who signs in by link only."""
    user, created = User.objects.get_or_create(
        username=LOCAL_USER, defaults={"is_staff": True, "is_superuser": True, "first_name": "Local"}
    )
    if created:
        user.set_unusable_password()
        User.objects.filter(pk=user.pk).update(password=user.password)
    return user


def ensure_header_file(folder: DataFolder, *, user: User, now: datetime) -> None:
    """Keep the authorisation header that scripts may hold on to; make a new one only where it no longer works."""
    if _header_works(folder.header_file, user):
        folder.header_file.chmod(0o600)
        return
    ApiToken.objects.filter(user=user, name=TOKEN_NAME, revoked_at=None).update(revoked_at=now)
    _, token = ApiToken.issue(user=user, name=TOKEN_NAME, now=now)
    folder.write_private(folder.header_file, f"{HEADER}{token}\n")


def _header_works(path: Path, user: User) -> bool:
    try:
        line = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return False
    token = line.removeprefix(HEADER)
    return ApiToken.objects.filter(user=user, token_hash=digest(token), revoked_at=None).exists()


def sign_in_path(*, user: User, now: datetime) -> str:
    """Return the path of a new link that signs in once."""
    return f"/account/sign-in/{SignInLink.issue(user=user, expires_at=now + LINK_LIVES_FOR)}/"

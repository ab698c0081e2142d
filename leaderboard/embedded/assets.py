"""The files that pages load, collected under names that carry their content, and compressed."""

from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_assets() -> None:
    """Collect and compress them, unless the same ones were collected before: compressing takes seconds."""
    mark = Path(settings.STATIC_ROOT) / "collected"
    wanted = _fingerprint()
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.write_text(wanted, encoding="utf-8")


def _fingerprint() -> str:
    """Return what tells one set of files from another without reading them: name, size and time of each."""
    digest = sha256(f"{version('django')} {version('whitenoise')} {version('brotli')}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()

"""The agent's folder: configuration, secret, lock, and where the rest of it lives."""

import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from agents.durable import write_durably
from agents.errors import UserError

HOME_VARIABLE = "PERWATT_AGENT_HOME"
DEFAULT_HOME = "~/.perwatt-agent"
_MOMENT_S = 0.1


class AgentConfig(BaseModel):
    """What enrolment settled. No secret is in here, so it may be shown."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    agent_id: UUID
    name: str
    queue: str
    ca_file: str | None = None


@dataclass(frozen=True)
class Home:
    root: Path

    @classmethod
    def find(cls, option: str | None, environ: Mapping[str, str]) -> "Home":
        return cls(Path(option or environ.get(HOME_VARIABLE) or DEFAULT_HOME).expanduser().absolute())

    @property
    def config_path(self) -> Path:
        return self.root / "config.json"

    @property
    def secret_path(self) -> Path:
        return self.root / "secret"

    @property
    def journal_path(self) -> Path:
        return self.root / "journal.sqlite3"

    @property
    def meters_path(self) -> Path:
        return self.root / "meters.json"

    @property
    def endpoints_path(self) -> Path:
        return self.root / "endpoints.json"

    @property
    def spool(self) -> Path:
        return self.root / "spool"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def prepare(self) -> None:
        """Make the folders; only their owner may look inside."""
        try:
            for folder in (self.root, self.spool, self.work, self.cache):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"The agent's folder {self.root} cannot be used: {error.strerror}.") from None

    def config(self) -> AgentConfig | None:
        try:
            return AgentConfig.model_validate_json(self.config_path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError:
            message = f"{self.config_path} is not an agent's configuration; move it away and enrol again."
            raise UserError(message) from None

    def save_config(self, config: AgentConfig) -> None:
        write_durably(self.config_path, config.model_dump_json(indent=2).encode() + b"\n")

    def secret(self) -> SecretStr | None:
        try:
            text = self.secret_path.read_text("ascii").strip()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            text = ""
        if not text:
            raise UserError(f"{self.secret_path} does not hold a secret; move the folder away and enrol again.")
        return SecretStr(text)

    def make_secret(self) -> SecretStr:
        """Return this agent's secret; a new one is on disk before anybody hears of it."""
        known = self.secret()
        if known is not None:
            return known
        secret = SecretStr(secrets.token_urlsafe(48))
        write_durably(self.secret_path, secret.get_secret_value().encode("ascii") + b"\n", mode=0o600)
        return secret

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one process; the kernel lets go when it dies, however it dies."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if not _lock(descriptor):
                raise UserError(
                    f"Another agent is running in {self.root} (process {_said_in(descriptor)}); one folder serves one"
                    " agent. Stop that one, or give this one a folder of its own (--home) and enrol it there."
                )
            with contextlib.suppress(OSError):  # a full disk keeps nobody from holding the folder
                os.truncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def holder(self) -> str | None:
        """The number of the process that holds the folder, None where none does."""
        try:
            descriptor = os.open(self.root / "lock", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _said_in(descriptor)
        finally:
            os.close(descriptor)
        return None

    def clear_work(self) -> None:
        """Remove what ended measurements left; only call when nothing is being measured."""
        for path in self.work.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _lock(descriptor: int) -> bool:
    """Twice: who only asks who holds the folder holds it for a moment too."""
    for pause_s in (_MOMENT_S, 0.0):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(pause_s)
    return False


def _said_in(descriptor: int) -> str:
    return os.pread(descriptor, 20, 0).decode("ascii", errors="replace").strip() or "unknown"

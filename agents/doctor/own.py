"""The agent itself: AGT-01 enrolled, 02 private, 03 running, 04 results, 05 disk, 06 its code, 07 alone; HLT-01."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import agents
from agents.cache import DISK_RESERVE_BYTES
from agents.doctor.base import Check, Verdict
from agents.home import AgentConfig, Home
from agents.machine import running_agents
from leaderboard.protocol import HelloAnswer

ENROL = "perwatt agent enrol --url URL --token-stdin"
_LOG = "look at its log (journalctl --user -u perwatt-agent), restart it"
_WANTED_FREE_BYTES = 2 * 1024**3
_HERE = ("127.0.0.1", "localhost", "::1")
_SILENT_S = 90.0  # the server calls an agent late from then on


def checks_of(
    home: Home, config: AgentConfig | None, answer: HelloAnswer | None, *, just_enrolled: bool = False
) -> Iterator[Check]:
    yield _enrolled(home, config, answer)
    if home.root.is_dir():
        yield _private(home)
        yield _not_started(home) if just_enrolled else _running(home, config, answer)
        yield from _results(home)
        yield _disk(home)
    yield _code()
    yield _alone(home)
    for device in answer.devices if answer else ():
        yield _health(device.slug, device.health, device.reason)


def _enrolled(home: Home, config: AgentConfig | None, answer: HelloAnswer | None) -> Check:
    if config is None:
        return Check("AGT-01", Verdict.FAIL, f"no agent is enrolled in {_short(home.root)}", ENROL)
    if answer is not None and answer.agent is None:
        evidence = f"{config.url} does not know the agent in {home.root}"
        return Check("AGT-01", Verdict.FAIL, evidence, f"move {home.root} away and enrol again")
    known = "" if answer is not None else "; the server was not asked"
    return Check("AGT-01", Verdict.PASS, f"enrolled as {config.name} at {config.url}{known}")


def _private(home: Home) -> Check:
    paths = [path for path in (home.root, home.secret_path) if path.exists()]
    foreign = [path for path in paths if path.stat().st_uid != os.geteuid()]
    if foreign:
        evidence = f"{foreign[0]} belongs to another user"
        return Check("AGT-02", Verdict.FAIL, evidence, f"sudo chown -R $(id -un) {home.root}")
    open_ones = [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        fix = f"chmod -R go= {home.root}; if others use this machine, enrol again for a new secret"
        return Check("AGT-02", Verdict.WARN, f"others on this machine may read {open_ones[0]}", fix)
    return Check("AGT-02", Verdict.PASS, f"{_short(home.root)} is private")


def _not_started(home: Home) -> Check:
    """Enrolling comes before starting: that nothing runs yet is nothing to mend."""
    return Check("AGT-03", Verdict.SKIP, f"enrolled a moment ago; no agent was started in {_short(home.root)} yet")


def _running(home: Home, config: AgentConfig | None, answer: HelloAnswer | None) -> Check:
    """Held lock and heard voice are two facts: Celery believes that it is connected when it is not."""
    holder = home.holder()
    if holder is None:
        fix = "perwatt agent service install; or perwatt agent run"
        if config is not None and urlsplit(config.url).hostname in _HERE:
            fix = f"./perwatt up starts it together with the server; alone: perwatt agent run --home {home.root}"
        return Check("AGT-03", Verdict.WARN, f"no agent runs in {_short(home.root)}", fix)
    silent_s = answer.silent_s if answer else None
    if answer is not None and (silent_s is None or silent_s > _SILENT_S):
        when = "never" if silent_s is None else f"{silent_s:.0f} s ago"
        evidence = f"process {holder} runs, but the server last heard of it {when}"
        return Check(
            "AGT-03", Verdict.FAIL, evidence, "look at its log (journalctl --user -u perwatt-agent); restart it"
        )
    heard = "" if silent_s is None else f", the server heard of it {silent_s:.0f} s ago"
    return Check("AGT-03", Verdict.PASS, f"process {holder} runs{heard}")


def _results(home: Home) -> Iterator[Check]:
    waiting, refused = len(list(home.spool.glob("*.json"))), len(list(home.spool.glob("rejected/*.json")))
    if waiting:
        fix = "they are sent once the server answers; see NET-01 and AGT-03"
        yield Check("AGT-04", Verdict.WARN, f"{waiting} results wait to be sent", fix)
    elif refused:
        fix = f"the reasons lie beside them; look, then delete {home.spool / 'rejected'}"
        yield Check("AGT-04", Verdict.WARN, f"the server refused {refused} results", fix)
    else:
        yield Check("AGT-04", Verdict.PASS, "no result waits to be sent")


def _disk(home: Home) -> Check:
    free = shutil.disk_usage(home.root).free
    evidence = f"{free / 2**30:.1f} GiB free in {_short(home.root)}"
    if free < DISK_RESERVE_BYTES:
        return Check("AGT-05", Verdict.FAIL, evidence, f"free some; {home.cache} may be emptied while no agent runs")
    if free < _WANTED_FREE_BYTES:
        return Check("AGT-05", Verdict.WARN, evidence, "large models will not fit; free some")
    return Check("AGT-05", Verdict.PASS, evidence)


def _code(file: str | None = None) -> Check:
    """`agents` is a name that other distributions install too, and that a folder may have."""
    found = Path(file or agents.__file__).resolve()
    folder = found.parent
    if not all((folder / name).is_file() for name in ("core.py", "poll.py", "doctor/own.py")):
        fix = "install the agent into a virtual environment of its own (/agent/ of the server)"
        return Check("AGT-06", Verdict.FAIL, f"`import agents` finds something else: {found}", fix)
    if sys.prefix == sys.base_prefix:
        fix = "install it into a virtual environment of its own (/agent/ of the server)"
        return Check("AGT-06", Verdict.WARN, f"{_short(folder)} is outside any virtual environment", fix)
    where = Path(sys.prefix) if folder.is_relative_to(sys.prefix) else folder
    return Check("AGT-06", Verdict.PASS, f"its code is that of {_short(where)}")


def _alone(home: Home) -> Check:
    """Each would be in the other's numbers; the guard sees that, but only after the time is spent."""
    holder = home.holder()
    others = [pid for pid in running_agents() if str(pid) != holder]
    if others:
        evidence = f"another agent runs on this machine: process {', '.join(map(str, others))}"
        return Check("AGT-07", Verdict.WARN, evidence, "stop one: two that measure at once disturb each other")
    return Check("AGT-07", Verdict.PASS, "no other agent runs on this machine")


def _health(slug: str, health: str, reason: str) -> Check:
    evidence = f"{slug}: {health}" + (f" ({reason})" if reason else "")
    if health == "good":
        return Check("HLT-01", Verdict.PASS, evidence)
    if health == "unknown":
        return Check("HLT-01", Verdict.WARN, evidence, f"the next check says; /devices/{slug}/ on the server has it")
    return Check("HLT-01", Verdict.FAIL, evidence, f"it gets no jobs; /devices/{slug}/ on the server says why")


def _short(path: Path) -> str:
    """The path as a shell would take it, with `~` for this user's home."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  it stays `~` for a user without one, and raises nothing
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)

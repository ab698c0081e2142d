"""The running agent put together: folder, session, core, and one of the two entries."""

import logging
import signal
import threading
from types import FrameType

from agents.cache import BlobCache
from agents.client import AgentClient
from agents.core import Core, Holdings
from agents.endpoints import read_endpoints
from agents.engine import remove_containers
from agents.errors import Exit, UserError
from agents.home import AgentConfig, Home
from agents.journal import Journal
from agents.machine import running_agents
from agents.meters import read_meters
from agents.poll import run_polling
from agents.probe import probe_inventory
from agents.session import Session
from agents.spool import Spool
from agents.tickets import TicketSource

log = logging.getLogger(__name__)


def configure_logging(*, verbose: bool) -> None:
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, format="%(asctime)s %(levelname)-7s %(message)s", force=True
    )
    # These describe every request and every Celery step; whoever debugs them can ask for them in code.
    for name in ("httpx", "httpcore", "celery", "kombu", "amqp"):
        logging.getLogger(name).setLevel(logging.WARNING)


def run_agent(home: Home, *, plain: bool = False, once: bool = False) -> int:
    """Serve until a signal or the server says stop; return the exit code. Raises UserError and StopAgent."""
    config = _enrolled(home)
    secret = home.secret()
    if secret is None:
        raise UserError(f"{home.secret_path} is missing; move {home.root} away and enrol again.")
    home.prepare()
    with home.locked():
        for pid in running_agents():
            log.warning("another agent runs on this machine (process %s): each is in the other's numbers", pid)
        stop = _stop_on_signals()
        client = AgentClient(config.url, secret, stop=stop, ca_file=config.ca_file)
        return _serve(home, client, plain=plain or once, once=once)


def _enrolled(home: Home) -> AgentConfig:
    config = home.config()
    if config is None:
        raise UserError(f"No agent is enrolled in {home.root}; `perwatt agent enrol --help` says how.")
    return config


def _serve(home: Home, client: AgentClient, *, plain: bool, once: bool) -> int:
    journal, spool = Journal(home.journal_path), Spool(home.spool)
    meters = read_meters(home.meters_path)
    session = Session(client, journal, spool, probe_inventory(read_endpoints(home.endpoints_path), meters))
    if not session.begin():
        return Exit.OK
    if removed := remove_containers(under=home.work):
        log.warning("removed %s containers that an earlier agent left", removed)
    home.clear_work()
    log.info("agent ready, its queue is %s", session.queue)
    holdings = Holdings(journal, spool, BlobCache(home.cache), home.work, home.endpoints_path, meters=meters)
    core = Core(client, session, holdings)
    source = TicketSource(client, session)
    code = _run_plain(core, source, once=once) if plain else _run_celery(core, source, session.queue)
    if source.stopped_by is not None:
        raise source.stopped_by
    log.info("agent stopped")
    return code


def _run_plain(core: Core, source: TicketSource, *, once: bool) -> Exit:
    run_polling(core, source, once=once)
    return Exit.OK


def _run_celery(core: Core, source: TicketSource, queue: str) -> Exit:
    from agents.worker import run_worker  # the plain entry runs without Celery in memory

    has_failed = run_worker(core, source, queue)
    return Exit.FAILED_SYSTEM if has_failed else Exit.OK


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        # In a thread of its own: the interrupted code may hold the very lock that `set` needs.
        threading.Thread(target=stop.set, name=signal.Signals(number).name, daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop

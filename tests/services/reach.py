"""Which tests reach a database or a broker: a run on other servers has nothing to say about the rest.

pytest-django keeps every test that does not ask for the database away from it, in its own process. A process that a
test starts finds SQLite, unless the test hands it an address; addresses come from `tests.databases` and from
`tests.services` alone, which a test of this module sees to. So a test reaches a server that asks for the database, that
needs a server by its marker, or that stands on a module of ours that imports one of these two.

The marker `one_database` leaves out a test of whole processes whose other half another test shows on the servers.
"""

import ast
import sys
from functools import cache
from pathlib import Path

MARKERS = ("django_db", "postgres", "rabbitmq")
FIXTURES = {
    "db", "transactional_db", "django_db_setup", "live_server", "empty_database", "own_database", "shared_database",
}  # fmt: skip
ADDRESSES = ("tests.databases", "tests.services")
# It defines what is in FIXTURES.
_COMMON = "tests.conftest"


def reaches_servers(item):
    if item.get_closest_marker("one_database"):
        return False
    if any(item.get_closest_marker(name) for name in MARKERS) or FIXTURES & set(item.fixturenames):
        return True
    fixtures = [one for found in item._fixtureinfo.name2fixturedefs.values() for one in found]
    modules = {item.module.__name__, *(one.func.__module__ for one in fixtures)}
    return any(hands_out_addresses(name) for name in modules - {_COMMON})


@cache
def hands_out_addresses(name):
    """Say whether a module of ours is, or imports, one of ADDRESSES, however indirectly."""
    if name.startswith(ADDRESSES):
        return True
    return name.startswith("test") and any(map(hands_out_addresses, imports_of(Path(sys.modules[name].__file__))))


def imports_of(path):
    """Return the modules of ours that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name in sys.modules and name.startswith("tests.")}

"""The script that `/agent/` serves, run by a real shell against a real server. Nothing here needs a network: what the
agent depends on is found among the packages of whoever runs the tests.
"""

import os
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import distribution
from pathlib import Path

import pytest
from django.test import Client, override_settings
from packaging.requirements import Requirement

from leaderboard.wheel import pack_wheel

pytestmark = pytest.mark.system
SITE_PACKAGES = Path(pytest.__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup, django_db_blocker):
    """The pages of `/agent/` at an address of their own; its `answers` may be changed to something else."""
    folder = tmp_path_factory.mktemp("wheel")
    from django.conf import settings

    pack_wheel(settings.ROOT, folder)
    with override_settings(WHEEL_DIR=folder, STATIC_ROOT=tmp_path_factory.mktemp("static")):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        server.url = f"http://127.0.0.1:{server.server_address[1]}"
        host = server.url.removeprefix("http://")
        paths = ("/agent/install.sh", *(f"/agent/{path.name}" for path in folder.iterdir()))
        server.answers = {path: _body(Client().get(path, headers={"host": host})) for path in paths}
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()
        server.server_close()


def _body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        content = self.server.answers.get(self.path)
        self.send_response(404 if content is None else 200)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def dependencies(tmp_path_factory):
    """What the agent depends on with every extra, as it is installed here, by link: pip reads all that it finds."""
    folder = tmp_path_factory.mktemp("dependencies")
    wanted = [Requirement("perwatt[container,estimate,llama]")]
    done = set()
    while wanted:
        one = wanted.pop()
        if str(one) in done:
            continue
        done.add(str(one))
        found = distribution(one.name)
        wanted += needs_of(found, one.extras)
        if one.name != "perwatt":
            link(found, folder)
    return folder


def needs_of(found, extras):
    needs = map(Requirement, found.requires or ())
    return [one for one in needs if not one.marker or any(one.marker.evaluate({"extra": x}) for x in ("", *extras))]


def link(found, folder):
    for name in {file.parts[0] for file in found.files} - {"..", "__pycache__"}:
        if not (folder / name).exists():
            (folder / name).symlink_to(SITE_PACKAGES / name)


@pytest.fixture(scope="module")
def install(site, dependencies, tmp_path_factory):
    """Run the script; answers (exit code, output, errors)."""
    own = tmp_path_factory.mktemp("home")
    (own / ".local/bin").mkdir(parents=True)

    def run(*options, script=None, home=own, **environ):
        text = site.answers["/agent/install.sh"] if script is None else script
        known = {
            "HOME": str(home),
            "PATH": f"{home}/.local/bin:{os.environ['PATH']}",
            "PERWATT_PYTHON": sys.executable,
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHONPATH": str(dependencies),
        }
        return _run(["sh", "-s", "--", *options], text, known | environ)

    run.home = own
    return run


def _run(command, text, environ):
    done = subprocess.run(
        command, input=text, env={k: v for k, v in environ.items() if v is not None}, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.fixture(scope="module")
def installed(install):
    """The first installation, which the tests below look at."""
    code, out, err = install()
    assert (code, err) == (0, "")
    return install.home / ".local/share/perwatt-agent", out


def test_one_line_leaves_a_program_on_the_path_that_starts(installed, install, dependencies):
    folder, out = installed
    link = install.home / ".local/bin/perwatt"

    assert link.resolve() == folder / "venv/bin/perwatt"
    assert "Installed perwatt 0." in out
    assert "perwatt agent enrol --url http://127.0.0.1:" in out
    said = subprocess.run(
        [link, "agent", "probe"], env={"PYTHONPATH": str(dependencies)}, capture_output=True, text=True, check=True
    )
    assert "energy sources" in said.stdout


def test_neither_the_wheel_nor_an_installer_stays_behind(installed):
    folder, _ = installed

    assert {path.name for path in folder.iterdir()} - {"extras"} == {"install.log", "installed", "venv"}
    assert list(folder.glob("venv/lib/*/site-packages/pip")) == []


def test_the_same_line_again_changes_nothing(installed, install):
    folder, _ = installed
    before = (folder / "installed").stat().st_mtime_ns

    code, out, _err = install()

    assert code == 0
    assert "installed already" in out
    assert (folder / "installed").stat().st_mtime_ns == before


@pytest.fixture(scope="module")
def estimating(installed, install):
    """Another wheel of the same version is there, a module of it broken; the same line follows, with an extra."""
    folder, _ = installed
    (folder / "installed").write_text("another\n")
    module = next(folder.glob("venv/lib/*/site-packages/agents/poll.py"))
    module.write_text("broken")
    assert install("--estimate")[0] == 0
    return folder, module


def test_another_wheel_of_the_same_version_is_installed_in_its_place_and_an_extra_stays(estimating, install):
    folder, module = estimating

    assert module.read_text() != "broken"
    assert "estimate" in (folder / "installed").read_text()
    assert "installed already" in install()[1]


def test_a_later_extra_is_added_to_those_that_are_there(estimating, install):
    folder, _ = estimating

    assert install("--llama", "--container")[0] == 0
    assert (folder / "installed").read_text().endswith("[container,estimate,llama]\n")
    assert "installed already" in install("--llama")[1]


def test_a_file_of_somebody_elses_on_the_path_is_left_alone(install, installed):
    link = install.home / ".local/bin/perwatt"
    link.unlink()
    link.write_text("mine")

    code, out, _err = install()

    assert (code, link.read_text()) == (0, "mine")
    assert f"{install.home}/.local/share/perwatt-agent/venv/bin/perwatt agent probe" in out
    link.unlink()
    install()


def test_a_wheel_that_was_changed_on_the_way_is_refused_and_nothing_is_installed(install, site, tmp_path):
    (path,) = [path for path in site.answers if path.endswith(".whl")]
    good = site.answers[path]
    site.answers[path] = good + b"x"
    try:
        code, _out, err = install("--into", str(tmp_path / "agent"))
    finally:
        site.answers[path] = good

    assert code == 2
    assert "is not what was promised: its SHA-256 is" in err
    assert [path.name for path in (tmp_path / "agent").iterdir()] == ["install.log"]


def test_an_old_script_after_an_upgrade_of_the_server_says_to_fetch_it_again(install, site, tmp_path):
    script = site.answers["/agent/install.sh"].replace(b"-py3-none-any.whl", b".post9-py3-none-any.whl")

    code, _out, err = install("--into", str(tmp_path / "agent"), script=script)

    assert (code, "answered 404. Was the server upgraded? Fetch this script again." in err) == (2, True)


@pytest.mark.parametrize(
    ("index", "said"),
    [
        ({}, "pip finds no "),
        ({"PIP_NO_INDEX": None, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}, "no network: pip"),
    ],
    ids=["an index without it", "no way to the index"],
)
def test_a_package_that_cannot_be_had_is_told_from_an_index_that_is_away(install, tmp_path, index, said):
    code, _out, err = install("--into", str(tmp_path / "a b"), PYTHONPATH=None, **index)

    assert code == 2
    assert said in err
    assert "PIP_INDEX_URL" in err
    assert not (tmp_path / "a b/installed").exists()


def test_a_certificate_of_the_labs_own_is_named_by_an_option(install, site, tmp_path):
    made, key = (str(tmp_path / name) for name in ("certificate.pem", "key.pem"))
    new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", made, "-days", "2"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*new, *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.answers = site.answers
        server.handle_error = lambda *_: None  # the handshake that is refused
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        url = f"https://127.0.0.1:{server.server_address[1]}"
        script = site.answers["/agent/install.sh"].replace(site.url.encode(), url.encode())
        into = ("--into", str(tmp_path / "agent"))

        refused = install(*into, script=script)
        # Without an index it ends right after the wheel has come.
        fetched = install(*into, "--ca-file", made, script=script, PYTHONPATH=None)
        server.shutdown()

    assert "certificate verify failed" in refused[2]
    assert "Name the server's certificate with --ca-file." in refused[2]
    assert "pip finds no " in fetched[2]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("exit 1", "is not a Python 3.11 or newer"),
        ('case "$*" in *maxsize*) echo armv7l 32 glibc ;; esac', "32-bit program; ONNX Runtime needs a 64-bit system"),
        ('case "$*" in *maxsize*) echo riscv64 64 glibc ;; esac', "this machine is riscv64; ONNX Runtime is built for"),
        ('case "$*" in *maxsize*) echo x86_64 64 musl ;; esac', "this system has no glibc"),
        ('case "$*" in *maxsize*) echo aarch64 64 old-2.27 ;; esac', "has glibc 2.27; ONNX Runtime needs 2.28 or"),
        ('case "$*" in *maxsize*) echo x86_64 64 glibc ;; *ensurepip*) exit 1 ;; esac', "no venv module: on Debian"),
    ],
)
def test_what_a_machine_lacks_is_named_before_anything_is_made(install, tmp_path, program, said):
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)

    code, _out, err = install("--into", str(tmp_path / "agent"), PERWATT_PYTHON=str(python))

    assert code == 2
    assert said in err
    assert not (tmp_path / "agent").exists()


def test_a_script_that_came_only_in_part_does_nothing(install, site, tmp_path):
    script = site.answers["/agent/install.sh"]

    code, out, _err = install("--into", str(tmp_path / "agent"), script=script[: script.rindex(b"main ")])

    assert (code, out) == (0, "")
    assert not (tmp_path / "agent").exists()


def test_its_help_names_its_options(install):
    code, out, _err = install("--help")

    assert code == 0
    assert all(option in out for option in ("--into", "--ca-file", "--estimate", "--llama", "--container"))
    assert install("--wrong")[0] == 2


def test_without_a_home_a_folder_has_to_be_named(install):
    code, out, err = install(HOME=None)

    assert (code, out) == (2, "")
    assert err == "perwatt: HOME is not set; name the folder to install into with --into.\n"

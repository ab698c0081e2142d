import socket
import ssl
import subprocess
import threading
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from agents.doctor.base import Verdict
from agents.doctor.network import Server, checks_of
from tests.agents.server import SECRET, problem

CONFIGURATION = """
[ca]
default_ca = here
[here]
database = {folder}/index.txt
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = anything
x509_extensions = extensions
[anything]
commonName = supplied
[req]
prompt = no
distinguished_name = name
[name]
CN = localhost
[extensions]
subjectAltName = DNS:localhost,IP:127.0.0.1
"""


@pytest.fixture
def certificate(tmp_path):
    """Make a self-signed certificate that is valid between two times of form YYYYMMDDHHMMSSZ."""

    def make(begins, ends):
        (tmp_path / "index.txt").write_text("")
        (tmp_path / "serial").write_text("01\n")
        (tmp_path / "openssl.cnf").write_text(CONFIGURATION.format(folder=tmp_path))
        key, request, made = (str(tmp_path / name) for name in ("key.pem", "request.pem", "certificate.pem"))
        config = ["-config", str(tmp_path / "openssl.cnf")]
        new = ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, *config]
        sign = ["openssl", "ca", "-batch", "-selfsign", "-keyfile", key, "-in", request, "-out", made, "-notext"]
        for command in (new, [*sign, *config, "-startdate", begins, "-enddate", ends]):
            subprocess.run(command, check=True, capture_output=True)
        return made, key

    return make


@pytest.fixture
def tls():
    """Serve nothing but handshakes with a certificate; returns the address."""
    listening = []

    def serve(made, key):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made, key)
        plain = socket.create_server(("127.0.0.1", 0))
        listening.append(plain)
        threading.Thread(target=_shake_hands, args=(plain, context), daemon=True).start()
        return f"https://127.0.0.1:{plain.getsockname()[1]}"

    yield serve
    for plain in listening:
        plain.shutdown(socket.SHUT_RDWR)
        plain.close()


def _shake_hands(plain, context):
    while True:
        try:
            connection, _ = plain.accept()
        except OSError:
            return
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()


def by_code(server):
    checks, answer = checks_of(server)
    return {check.code: check for check in checks}, answer


def test_a_server_that_knows_us_passes_every_line(server):
    checks, answer = by_code(Server(server.url, SecretStr(SECRET)))

    assert {code: check.verdict for code, check in checks.items()} == dict.fromkeys(
        ("NET-01", "NET-02", "CLK-01"), Verdict.PASS
    )
    assert answer.agent == "box"
    assert "reached on this machine" in checks["NET-01"].evidence


def test_asking_opens_no_session_so_that_a_running_agent_goes_on(server):
    by_code(Server(server.url, SecretStr(SECRET)))

    assert server.epoch == 0
    assert {call.name for call in server.calls} == {"hello"}


@pytest.mark.parametrize(
    ("behind", "said"),
    [
        (timedelta(days=365), "this clock is 365 days behind the server's"),
        (-timedelta(hours=3), "this clock is 3 h ahead of the server's"),
        (timedelta(seconds=40.4), "this clock is 40 s behind the server's"),
    ],
)
def test_a_clock_that_is_off_is_said_in_words_and_is_no_reason_to_stop(server, behind, said):
    server.hello = {"server_time": datetime.now(UTC) + behind}

    check = by_code(Server(server.url, SecretStr(SECRET)))[0]["CLK-01"]

    assert check.verdict is Verdict.WARN
    assert said in check.evidence
    assert "timedatectl set-ntp true" in check.fix


@pytest.mark.parametrize(
    ("times", "said", "fix"),
    [
        (("20900101000000Z", "20910101000000Z"), "certificate is not yet valid", "this machine's clock says 20"),
        (("20200101000000Z", "20210101000000Z"), "certificate has expired", "the server needs a new certificate"),
    ],
)
def test_a_certificate_that_this_clock_does_not_believe_names_the_clock(certificate, tls, times, said, fix):
    made, key = certificate(*times)

    check = by_code(Server(tls(made, key), ca_file=made))[0]["NET-01"]

    assert check.verdict is Verdict.FAIL
    assert said in check.evidence
    assert fix in check.fix


def test_a_certificate_of_the_labs_own_names_the_option(certificate, tls):
    check = by_code(Server(tls(*certificate("20200101000000Z", "20910101000000Z"))))[0]["NET-01"]

    assert (check.verdict, "self-signed certificate" in check.evidence) == (Verdict.FAIL, True)
    assert "--ca-file" in check.fix


def test_a_server_that_speaks_another_protocol_or_offers_another_agent_points_to_its_own(server):
    server.hello = {"protocol_versions": (2, 3)}
    assert by_code(Server(server.url, SecretStr(SECRET)))[0]["NET-02"].verdict is Verdict.FAIL

    server.hello = {"agent_version": "9.9"}
    check = by_code(Server(server.url, SecretStr(SECRET)))[0]["NET-02"]
    assert (check.verdict, "the server offers 9.9" in check.evidence) == (Verdict.WARN, True)


def test_a_server_that_is_older_than_the_question_is_told_from_one_that_is_away(server):
    server.misbehave("hello", problem(404, "not_found"))
    check = by_code(Server(server.url))[0]["NET-01"]
    assert "older than this agent" in check.evidence

    server.close()
    check = by_code(Server(server.url))[0]["NET-01"]
    assert (check.verdict, "cannot be reached" in check.evidence) == (Verdict.FAIL, True)


@pytest.mark.parametrize("url", ["perwatt.example.org", "ftp://perwatt.example.org"])
def test_an_address_that_is_none_is_a_failing_line(url):
    assert by_code(Server(url))[0]["NET-01"].verdict is Verdict.FAIL


def test_without_a_server_there_is_nothing_to_ask():
    checks, answer = by_code(None)

    assert (checks["NET-01"].verdict, answer) == (Verdict.WARN, None)

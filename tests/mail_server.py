"""A real SMTP server on loopback that keeps what arrives and can be told to refuse, in one address each."""

import asyncio
import contextlib
import ssl
import subprocess
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.services.ports import free_ports


class Kept:
    """The handler. `refuse` maps an address to the answer that it gets; `after_data` is said of each whole mail."""

    def __init__(self):
        self.leaves_quit = False
        self.mails, self.refuse, self.after_data, self.encrypted = [], {}, "250 taken", []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  aiosmtpd's name
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        if self.after_data.startswith("5"):
            return self.after_data
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        if not self.after_data:
            server.transport.abort()  # taken, and gone before it is said
        return self.after_data or "250 taken"

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802  aiosmtpd's name
        if self.leaves_quit:
            await asyncio.Event().wait()
        return "221 Bye"


@contextlib.contextmanager
def mail_server(*, port=None, password="", starttls=None, tls=None, needs_tls=True):
    """Serve on loopback; yields the handler, with its `port` and the `logins` that were tried."""
    kept = Kept()
    kept.port, kept.logins = port or free_ports(1)[0], []

    def check(_server, _session, _envelope, _mechanism, given):
        kept.logins.append((given.login, given.password))
        return AuthResult(success=given.password == password.encode(), handled=False)

    login = {"authenticator": check, "auth_required": True, "auth_require_tls": needs_tls} if password else {}
    controller = Controller(
        kept, "127.0.0.1", kept.port, ssl_context=tls, tls_context=starttls, require_starttls=bool(starttls), **login
    )
    controller.start()
    try:
        yield kept
    finally:
        controller.stop(no_assert=True)


def certificate(folder):
    """Make a self-signed certificate for loopback; returns its file and a context that serves with it."""
    made, key = folder / "certificate.pem", folder / "key.pem"
    names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", str(key), "-out", str(made), "-days", "2", "-subj", "/CN=localhost", "-addext", names]
    subprocess.run([*command, *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return made, context

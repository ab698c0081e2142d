"""Where a server is, and how one connects to it."""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """A base address such as `http://127.0.0.1:8080/v1`, and the key that the server wants."""

    host: str
    port: int
    path: str
    tls: ssl.SSLContext | None = None
    key: SecretStr | None = None
    socket_path: Path | None = None  # a Unix socket instead of host and port, which are then only names

    @classmethod
    def of(cls, url: str, *, key: SecretStr | None = None, ca_file: Path | None = None) -> "Address":
        """Raises ValueError for what is no plain HTTP address, OSError for certificates that cannot be read."""
        parts = urlsplit(url)
        if parts.scheme not in _USUAL_PORTS or not parts.hostname:
            raise ValueError("it is no http:// or https:// address")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("it holds more than host, port and path; a key belongs into a key file")
        if not url.isascii() or any(character.isspace() or character < " " for character in url):
            raise ValueError("it holds characters that an address cannot have")
        tls = ssl.create_default_context(cafile=ca_file) if parts.scheme == "https" else None
        port = parts.port or _USUAL_PORTS[parts.scheme]
        return cls(parts.hostname, port, parts.path.rstrip("/"), tls, key)

    def connect(self, timeout_s: float) -> socket.socket:
        """A new connection; what is written leaves at once. Raises OSError."""
        if self.socket_path is not None:
            return self._connect_here(self.socket_path, timeout_s)
        plain = socket.create_connection((self.host, self.port), timeout=timeout_s)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self.tls.wrap_socket(plain, server_hostname=self.host) if self.tls else plain
        except BaseException:
            plain.close()
            raise

    def _connect_here(self, path: Path, timeout_s: float) -> socket.socket:
        plain = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            plain.settimeout(timeout_s)
            plain.connect(str(path))
        except BaseException:
            plain.close()
            raise
        return plain

    def request(self, method: str, path: str, body: bytes = b"") -> bytes:
        """The bytes of one request on a connection of its own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        lines = [
            f"{method} {self.path}{path} HTTP/1.1",
            f"Host: {host}:{self.port}",
            "Connection: close",
            "Accept: text/event-stream, application/json",
            "User-Agent: perwatt-agent",
        ]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        if self.key:
            lines.append(f"Authorization: Bearer {self.key.get_secret_value()}")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

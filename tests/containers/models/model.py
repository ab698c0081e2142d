"""A model in an image, for the tests: both protocols over a Unix socket, and on demand what a bad one would do.

The environment variable MISCHIEF, set where the image is built, chooses what it does instead of answering well.
"""

import json
import os
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

MISCHIEF = os.environ.get("MISCHIEF", "")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "agent"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.reply(b'{"data": [{"id": "model"}]}')

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if MISCHIEF == "eats memory":
            self.kept = [bytearray(os.urandom(1 << 20)) for _ in range(4096)]
        if MISCHIEF == "burns":
            end = time.process_time() + 0.02
            while time.process_time() < end:
                pass
        if self.path == "/answer":
            return self.reply(json.dumps(answer(asked)).encode())
        text = json.dumps(surroundings()) if MISCHIEF == "looks around" else sum_of(asked["prompt"])
        return self.stream(text, asked["max_tokens"])

    def stream(self, text, most):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        shown = text[:most]
        for character in shown:
            self.event({"choices": [{"index": 0, "text": character, "finish_reason": None}]})
            time.sleep(0.001)
        self.event({"choices": [{"index": 0, "text": "", "finish_reason": "length" if text[most:] else "stop"}]})
        counts = {"prompt_tokens": 5, "completion_tokens": len(shown)}
        self.event({"choices": [], "usage": counts})
        self.wfile.write(b"data: [DONE]\n\n")

    def event(self, fields):
        self.wfile.write(b"data: " + json.dumps(fields).encode() + b"\n\n")

    def reply(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def sum_of(prompt):
    return str(sum(int(part) for part in prompt.rstrip("=").split("+")))


def answer(asked):
    """An item gets the label that the sum of its numbers ends with."""
    rows = asked["inputs"]
    return {"outputs": [[float(int(sum(row)) % 10 == column) for column in range(10)] for row in rows]}


def surroundings():
    """What this process may do that it should not."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    status = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return {
        "uid": os.getuid(),
        "writes": [path for path in ("/", "/etc", "/usr", "/home") if can_write(path)],
        "reaches": [host for host in ("1.1.1.1", "172.17.0.1", "192.168.0.1") if can_reach(host)],
        "interfaces": [name for _, name in socket.if_nameindex()],
        "capabilities": status["CapEff"],
        "no_new_privileges": status["NoNewPrivs"] == "1",
    }


def can_write(folder):
    try:
        Path(folder, "mine").touch()
    except OSError:
        return False
    return True


def can_reach(host):
    try:
        socket.create_connection((host, 53), timeout=0.5).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    if MISCHIEF == "ends at once":
        sys.exit("no weights here")
    if MISCHIEF == "never listens":
        time.sleep(600)
    with ThreadingUnixStreamServer(os.environ["PERWATT_SOCKET"], Handler) as server:
        server.serve_forever()

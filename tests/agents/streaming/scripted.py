"""A server on a real socket that answers every request with the same script of bytes and pauses."""

import contextlib
import json
import socket
import threading
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
NOT_LISTED = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def event(**fields):
    return b"data: " + json.dumps(fields).encode() + b"\n\n"


def said(text, finish=None):
    return event(choices=[{"index": 0, "text": text, "finish_reason": finish}])


def usage(prompt, output, **more):
    return event(choices=[], usage={"prompt_tokens": prompt, "completion_tokens": output, **more})


DONE = b"data: [DONE]\n\n"
HONEST = (HEAD, said("4"), said("6"), said("", "stop"), usage(6, 3), DONE)
HONEST_FOR_ONE = (HEAD, said("4"), said("", "length"), usage(6, 1), DONE)


class ScriptedServer:
    """Parts are bytes to send or seconds to wait; `...` stays open until the client has gone.

    `for_one` is the script where one token is asked for.
    """

    def __init__(self, *script, models=NOT_LISTED, for_one=None):
        self.script = script
        self.for_one = for_one or script
        self.models = models
        self.requests = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _serve(self):
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):  # the client has had enough
                self._answer(connection)

    def _answer(self, connection):
        connection.settimeout(20)
        head, _, body = connection.recv(1 << 16).partition(b"\r\n\r\n")
        self.requests.append((head, body))
        script = self.for_one if b'"max_tokens": 1,' in body else self.script
        for part in (self.models,) if head.startswith(b"GET") else script:
            if part is ...:
                connection.recv(1)
            elif isinstance(part, bytes):
                connection.sendall(part)
            else:
                time.sleep(part)

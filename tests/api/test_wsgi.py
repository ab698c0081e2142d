"""The limits on bodies hold under WSGI as well: refused before anything of the body is read."""

import io
import json
from wsgiref.util import setup_testing_defaults

import pytest

UPLOAD = "/api/v1/artefacts"


class Unread:
    def read(self, *_):
        raise AssertionError("a body that is refused was read")

    readline = read


def call(**environ):
    from leaderboard import wsgi  # it builds the middleware, which wants the settings of a test

    environ = {"wsgi.input": Unread(), "REQUEST_METHOD": "POST", "HTTP_HOST": "127.0.0.1"} | environ
    setup_testing_defaults(environ)
    began = []
    body = b"".join(wsgi.application(environ, lambda status, headers, *_: began.append((status, dict(headers)))))
    return *began[0], body


@pytest.mark.parametrize(
    "environ, status, code",
    [
        ({"PATH_INFO": "/agent/v1/sync", "CONTENT_LENGTH": str(10**9)}, "413 Request Entity Too Large", "too_large"),
        (
            {"PATH_INFO": "/api/v1/artefacts", "HTTP_TRANSFER_ENCODING": "chunked"},
            "411 Length Required",
            "length_required",
        ),
    ],
)
def test_a_body_that_is_too_long_or_does_not_say_how_long_is_refused_unread(environ, status, code):
    said, headers, body = call(**environ)
    assert said == status
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["code"] == code


def test_a_body_a_little_too_long_is_read_to_its_end_so_that_a_proxy_hears_the_answer(settings):
    settings.MAX_ARTEFACT_BYTES = 1000
    sent = io.BytesIO(b"x" * 1500)
    said, _, _ = call(PATH_INFO=UPLOAD, CONTENT_LENGTH="1500", **{"wsgi.input": sent})
    assert (said, sent.read()) == ("413 Request Entity Too Large", b"")


@pytest.mark.django_db  # a request begins with a look at the connection, which an earlier test may have left open
def test_everything_else_is_djangos():
    said, _, body = call(PATH_INFO="/healthz", REQUEST_METHOD="GET")
    assert (said, body) == ("200 OK", b"ok\n")

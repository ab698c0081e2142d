import gzip
import socket
import time

import pytest
from pydantic import SecretStr

from agents.streaming.address import Address
from agents.streaming.exchange import Bounds, exchange
from agents.streaming.faults import Trouble, TroubleError
from tests.agents.streaming.scripted import DONE, HEAD, HONEST, ScriptedServer, said

SOON = Bounds(seconds=0.4, size_bytes=1 << 16)


def ask(server, bounds=SOON):
    address = Address.of(server.url)
    return exchange(address, address.request("POST", "/completions", b"{}"), bounds)


def trouble(*script, bounds=SOON):
    with ScriptedServer(*script) as server, pytest.raises(TroubleError) as caught:
        ask(server, bounds)
    return caught.value


def test_every_part_has_the_time_at_which_it_came():
    with ScriptedServer(HEAD, said("a"), 0.05, said("b"), 0.1, DONE) as server:
        answer = ask(server)

    first, second = (answer.arrived_ns(answer.body.index(text) + 1) / 1e9 for text in (b'"a"', b'"b"'))
    end = answer.arrived_ns(len(answer.body)) / 1e9
    # A part may be seen late where the machine is busy, and never early.
    assert 0.02 <= second - first < 0.5
    assert 0.05 <= end - second < 0.5
    assert end <= answer.took_ns / 1e9


def test_a_connection_that_stays_open_after_the_last_word_is_left():
    with ScriptedServer(*HONEST, ...) as server:
        begin = time.monotonic()
        ask(server, Bounds(5, 1 << 16))

    assert time.monotonic() - begin < 1


@pytest.mark.parametrize("script", [(HEAD, ...), (...,), (HEAD[:20], ...), (b"H", 0.1, b"T", 0.1, b"T", 0.1, ...)])
def test_silence_ends_after_the_time_that_an_answer_may_take(script):
    begin = time.monotonic()

    assert trouble(*script).kind is Trouble.NEVER_ENDS
    assert time.monotonic() - begin < 2


def test_a_drip_of_bytes_ends_as_silence_does():
    assert trouble(HEAD, *(part for _ in range(100) for part in (b":\n", 0.02))).kind is Trouble.NEVER_ENDS


def test_a_flood_ends_at_its_size():
    error = trouble(HEAD, *[b"x" * 1000] * 200, bounds=Bounds(20, 1 << 16))

    assert error.kind is Trouble.NEVER_ENDS
    assert len(error.answer.body) <= 1 << 16


def test_an_answer_cut_off_within_a_chunk_or_a_length_broke_off():
    chunked = HEAD.replace(b"Connection", b"Transfer-Encoding: chunked\r\nConnection")
    with_length = HEAD.replace(b"Connection", b"Content-Length: 100\r\nConnection")

    assert trouble(chunked, b"40\r\ndata: ").kind is Trouble.CLOSED_EARLY
    assert trouble(with_length, b"data: ").kind is Trouble.CLOSED_EARLY


@pytest.mark.parametrize("script", [(b"\x00\xff\x00" * 50,), (b"SSH-2.0-OpenSSH\r\n",)])
def test_something_else_than_http_is_said_to_be_that(script):
    assert trouble(*script).kind is Trouble.NO_HTTP


def test_a_connection_closed_without_a_word_broke_off():
    assert trouble().kind is Trouble.CLOSED_EARLY


def test_nobody_listening_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = Address.of(f"http://127.0.0.1:{port}")

    with pytest.raises(TroubleError) as caught:
        exchange(address, address.request("GET", "/"), SOON)

    assert caught.value.kind is Trouble.UNREACHABLE
    assert "refused" in caught.value.found


def test_a_key_goes_into_its_header_and_shows_in_no_description():
    address = Address.of("http://localhost:1/v1", key=SecretStr("s3cret"))

    assert b"Authorization: Bearer s3cret\r\n" in address.request("POST", "/completions", b"{}")
    assert "s3cret" not in repr(address)


@pytest.mark.parametrize(
    "url", ["ftp://a/", "file:///etc/passwd", "http://", "http://a:b@c/", "http://a/?q=1", "http://a/ b", "http://a:x/"]
)
def test_what_is_no_plain_address_is_refused(url):
    with pytest.raises(ValueError):  # noqa: PT011 -- urlsplit has its own words
        Address.of(url)


def test_the_last_word_is_known_when_it_comes_in_parts():
    with ScriptedServer(*HONEST[:-1], b"data: [DO", 0.05, b"NE]\r\n\r\n", ...) as server:
        answer = ask(server, Bounds(5, 1 << 16))

    assert answer.took_ns < 2e9


def test_a_packed_answer_is_no_stream():
    packed = HEAD[:-2] + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"".join(HONEST[1:]))

    error = trouble(packed)

    assert error.kind is Trouble.GARBAGE
    assert "packed (gzip)" in error.found


@pytest.mark.parametrize("size", [b"zz\r\n", b"-5\r\n", b"ffffffffffffffff\r\n"])
def test_chunks_without_a_true_size_are_an_answer_that_broke_off(size):
    error = trouble(HEAD[:-2] + b"Transfer-Encoding: chunked\r\n\r\n" + size + HONEST[1])

    assert error.kind is Trouble.CLOSED_EARLY
    assert "chunks" in error.found


def test_what_a_stranger_says_of_itself_cannot_steer_a_terminal():
    error = trouble(b"\x1b[31mSSH-2.0-thing\x1b[0m\r\n")
    with ScriptedServer(HEAD[:-2] + b"Server: a\x1b[31mb\r\n\r\n", *HONEST[1:]) as server:
        answer = ask(server)

    assert error.kind is Trouble.NO_HTTP
    assert error.found.isprintable()
    assert answer.server == "a [31mb"

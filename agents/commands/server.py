"""Which server a submitter's command asks, and how its answers are printed for programs."""

import argparse
import os
import sys

from pydantic import BaseModel

from agents.submit import Api, find_url, read_header


def add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="the server (that of `perwatt up` on this machine)")
    parser.add_argument(
        "--header-file", metavar="FILE", help="a private file with the line `Authorization: Bearer TOKEN`"
    )
    parser.add_argument("--ca-file", metavar="FILE", help="certificates to trust instead of the system's")
    parser.add_argument(
        "--json", action="store_true", help="print what the server answers, one JSON object per line, and nothing else"
    )


def api_of(options: argparse.Namespace) -> Api:
    """Raises UserError where no server or no header is known."""
    url = find_url(options.url, os.environ)
    return Api(url, read_header(options.header_file, os.environ), ca_file=options.ca_file, say=_say)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def print_json(answer: BaseModel) -> None:
    print(answer.model_dump_json(), flush=True)

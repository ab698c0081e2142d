"""`perwatt submit`: ask for one measurement, or for a sweep of them."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from agents.commands.following import add_waiting, follow
from agents.commands.job_file import is_job_file, read_job_file
from agents.commands.server import add_server, api_of, print_json
from agents.commands.sweep import configurations
from agents.errors import Exit, UserError
from agents.submit import Api, DryRun, Quota, Span, Submission, Wish
from agents.terminal import fitted
from leaderboard.protocol import DeviceKind, Options

REFERRED = ("sha256", "endpoint", "container")
NO_LICENCE = "not stated"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    submit_parser = commands.add_parser("submit", help="submit a model", allow_abbrev=False)
    submit_parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="the model, an ONNX or a GGUF file; or a job file in JSON"
    )
    submit_parser.add_argument("--sha256", metavar="DIGEST", help="instead of a file: one that the server has already")
    submit_parser.add_argument(
        "--endpoint", metavar="NAME", help="instead of a file: what an agent's operator named so"
    )
    submit_parser.add_argument("--container", metavar="IMAGE@sha256:DIGEST", help="instead of a file: an image")
    submit_parser.add_argument("--benchmark", metavar="SLUG", help="needed, but not with a job file")
    submit_parser.add_argument("--device", metavar="SLUG", help="one device; without it any of the class")
    kinds = [kind.value for kind in DeviceKind]
    submit_parser.add_argument("--device-class", default="cpu", choices=kinds, help="any device of a class (cpu)")
    submit_parser.add_argument("--name", help="the model's name (the file's)")
    submit_parser.add_argument("--licence", default=NO_LICENCE, help=f"the model's licence ({NO_LICENCE})")
    submit_parser.add_argument("--organisation", default="", metavar="NAME", help="who made it; or --name OWNER/NAME")
    submit_parser.add_argument("--family", default="", metavar="NAME", help="what the model is a variant of")
    submit_parser.add_argument("--released-on", default="", metavar="YYYY-MM-DD", help="when the model came out")
    several = "several, with commas between them, are a submission each"
    submit_parser.add_argument("--batch", default="1", metavar="N", help=f"items per call (1); {several}")
    submit_parser.add_argument("--threads", default="1", metavar="N", help=f"threads of the runtime (1); {several}")
    submit_parser.add_argument("--private", action="store_true", help="shown to you and to staff, until you publish it")
    submit_parser.add_argument("--dry-run", action="store_true", help="say what is wrong or to expect; submit nothing")
    add_waiting(submit_parser)
    add_server(submit_parser)
    submit_parser.set_defaults(handler=submit)


def submit(options: argparse.Namespace) -> int:
    bodies = _checked(options)
    with closing(api_of(options)) as api:
        ready = bodies(api)
        if options.dry_run:
            return _say_expected([api.dry_run(body) for body in ready], as_json=options.json)
        answers = [_submit_one(api, body, options, alone=len(ready) == 1) for body in ready]
        if options.wait:
            return max(follow(api, link.id, options) for answer in answers for link in answer.jobs)
    return Exit.OK


def _checked(options: argparse.Namespace) -> Callable[[Api], list[dict[str, Any]]]:
    """Return what makes the bodies to send, once there is a server; raises UserError before anything is sent."""
    referred = {name: getattr(options, name) for name in REFERRED if getattr(options, name)}
    if len(referred) + (options.file is not None) != 1:
        raise UserError("Name what to submit: a FILE, a --sha256, an --endpoint or a --container, and one of them.")
    if options.file is not None and not options.file.is_file():
        raise UserError(f"{options.file} is not a file.")
    if is_job_file(options.file):
        private = {"private": True} if options.private else {}
        return lambda api: [read_job_file(options.file, upload=lambda path: api.upload(path).sha256) | private]
    if not options.benchmark:
        raise UserError("Name a --benchmark, or a job file.")
    wishes = [_wish(options, chosen) for chosen in configurations(options.batch, options.threads)]

    def bodies(api: Api) -> list[dict[str, Any]]:
        source = {"sha256": api.upload(options.file).sha256} if options.file else _reference(referred)
        return [wish.body(source) for wish in wishes]

    return bodies


def _submit_one(api: Api, body: Mapping[str, Any], options: argparse.Namespace, *, alone: bool) -> Submission:
    """Submit, and say at once where the job is: of a sweep that is refused half-way the first half is known."""
    answer = api.submit(body)
    chosen = body.get("options", {})
    which = "" if alone else f"  batch {chosen['batch']}, threads {chosen['threads']}"
    if options.json:
        print_json(answer)
        return answer
    for link in answer.jobs:
        print(f"{api.url}/jobs/{link.id}/{which}", file=sys.stderr if options.wait else sys.stdout, flush=True)
    return answer


def _say_expected(answers: Sequence[DryRun], *, as_json: bool) -> int:
    for answer in answers:
        if as_json:
            print_json(answer)
            continue
        expected = answer.estimate
        lines = [
            f"would be taken; devices: {', '.join(expected.devices)}; ahead of it: {expected.ahead}",
            f"  starts in: {_span(expected.start) or expected.start_note}",
            f"  takes: {_span(expected.run_time) or expected.run_time_note}",
            *_quota(answer.quota),
        ]
        print("\n".join(fitted(line, sys.stdout) for line in lines))
    return Exit.OK


def _quota(quota: Quota | None) -> list[str]:
    if quota is None:
        return []
    return [f"  quota: takes 1 of {quota.left} left ({quota.limit} jobs in {quota.within_s / 86400:.0f} days)"]


def _span(span: Span | None) -> str:
    return f"{span.low_s:.0f} to {span.high_s:.0f} s (the middle half of {span.n} recent jobs)" if span else ""


def _reference(referred: dict[str, str]) -> dict[str, str]:
    ((kind, name),) = referred.items()
    return {"sha256": name} if kind == "sha256" else {"format": kind, "reference": name}


def _wish(options: argparse.Namespace, chosen: Options) -> Wish:
    # The registry and the owner of an image are not who made the model.
    image = (options.container or "").partition("@")[0].rpartition("/")[2]
    referred = options.endpoint or image or (options.sha256 or "")[:12]
    name = options.name or (options.file.stem if options.file else referred)
    return Wish(
        name,
        options.licence,
        options.benchmark,
        options.device,
        device_class=options.device_class,
        options=chosen,
        organisation=options.organisation,
        family=options.family,
        released_on=options.released_on,
        private=options.private,
    )

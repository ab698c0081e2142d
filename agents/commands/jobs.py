"""`perwatt submit`, `watch`, `cancel`: what a submitter does."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from agents.commands.job_file import is_job_file, read_job_file
from agents.commands.sweep import configurations
from agents.errors import Exit, UserError, exit_of
from agents.submit import Api, DryRun, Job, Reason, Span, Submission, Wish, find_url, job_id_of, read_header
from leaderboard.protocol import Code, DeviceKind, Options

WATCH_EVERY_S = 1.0
REFERRED = ("sha256", "endpoint", "container")
NO_LICENCE = "not stated"


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    submit_parser.add_argument("--family", default="", metavar="NAME", help="what the model is a variant of")
    submit_parser.add_argument("--released-on", default="", metavar="YYYY-MM-DD", help="when the model came out")
    several = "several, with commas between them, are a submission each"
    submit_parser.add_argument("--batch", default="1", metavar="N", help=f"items per call (1); {several}")
    submit_parser.add_argument("--threads", default="1", metavar="N", help=f"threads of the runtime (1); {several}")
    submit_parser.add_argument("--dry-run", action="store_true", help="say what is wrong or to expect; submit nothing")
    submit_parser.add_argument("--wait", action="store_true", help="follow the job to its end")
    _add_common(submit_parser)
    submit_parser.set_defaults(handler=submit)

    watch_parser = commands.add_parser("watch", help="follow a job to its end", allow_abbrev=False)
    watch_parser.add_argument("job", metavar="JOB", help="its id or its address")
    _add_common(watch_parser)
    watch_parser.set_defaults(handler=watch, wait=True)

    cancel_parser = commands.add_parser("cancel", help="cancel a job", allow_abbrev=False)
    cancel_parser.add_argument("job", metavar="JOB", help="its id or its address")
    _add_common(cancel_parser)
    cancel_parser.set_defaults(handler=cancel)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="the server (that of `perwatt up` on this machine)")
    parser.add_argument(
        "--header-file", metavar="FILE", help="a private file with the line `Authorization: Bearer TOKEN`"
    )
    parser.add_argument("--ca-file", metavar="FILE", help="certificates to trust instead of the system's")
    parser.add_argument("--timeout", type=float, metavar="SECONDS", help="how long to follow the job at most")
    parser.add_argument("--json", action="store_true", help="print the server's answer as JSON")


def submit(options: argparse.Namespace) -> int:
    bodies = _checked(options)
    with closing(_api(options)) as api:
        ready = bodies(api)
        if options.dry_run:
            return _say_expected([api.dry_run(body) for body in ready], as_json=options.json)
        answers = [_submit_one(api, body, options, alone=len(ready) == 1) for body in ready]
        if options.wait:
            return max(_follow(api, link.id, options) for answer in answers for link in answer.jobs)
    if options.json:
        _print_json(answers)
    return Exit.OK


def _checked(options: argparse.Namespace) -> Callable[[Api], list[dict[str, Any]]]:
    """Return what makes the bodies to send, once there is a server; raises UserError before anything is sent."""
    referred = {name: getattr(options, name) for name in REFERRED if getattr(options, name)}
    if len(referred) + (options.file is not None) != 1:
        raise UserError("Name what to submit: a FILE, a --sha256, an --endpoint or a --container, and one of them.")
    if options.file is not None and not options.file.is_file():
        raise UserError(f"{options.file} is not a file.")
    if is_job_file(options.file):
        return lambda api: [read_job_file(options.file, upload=lambda path: api.upload(path).sha256)]
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
    for link in answer.jobs:
        if options.wait or not options.json:
            print(f"{api.url}/jobs/{link.id}/{which}", file=sys.stderr if options.wait else sys.stdout, flush=True)
    return answer


def _say_expected(answers: Sequence[DryRun], *, as_json: bool) -> int:
    if as_json:
        _print_json(answers)
        return Exit.OK
    for expected in (answer.estimate for answer in answers):
        print(f"would be taken; devices: {', '.join(expected.devices)}; ahead of it: {expected.ahead}")
        print(f"  starts in: {_span(expected.start) or expected.start_note}")
        print(f"  takes: {_span(expected.run_time) or expected.run_time_note}")
    return Exit.OK


def _span(span: Span | None) -> str:
    return f"{span.low_s:.0f} to {span.high_s:.0f} s (the middle half of {span.n} recent jobs)" if span else ""


def _print_json(answers: Sequence[BaseModel]) -> None:
    texts = [answer.model_dump_json(indent=2) for answer in answers]
    print(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")


def watch(options: argparse.Namespace) -> int:
    job_id = job_id_of(options.job)
    with closing(_api(options)) as api:
        return _follow(api, job_id, options)


def cancel(options: argparse.Namespace) -> int:
    job_id = job_id_of(options.job)
    with closing(_api(options)) as api:
        job = api.cancel(job_id)
    if options.json:
        print(job.model_dump_json(indent=2))
    elif job.is_over:
        print(f"{job.id} is {job.state}")
    else:
        print(f"{job.id} is being cancelled; a measurement ends within 20 seconds")
    return Exit.OK


def exit_code_of(job: Job) -> Exit:
    """What the end of a job means for the script that waited for it."""
    if job.state in ("published", "cancelled"):
        return Exit.OK if job.state == "published" else Exit.CANCELLED
    try:
        code = Code(job.reason.code) if job.reason else None
    except ValueError:  # a newer server's word
        code = None
    return exit_of(code)


def _reference(referred: dict[str, str]) -> dict[str, str]:
    ((kind, name),) = referred.items()
    return {"sha256": name} if kind == "sha256" else {"format": kind, "reference": name}


def _wish(options: argparse.Namespace, chosen: Options) -> Wish:
    referred = options.endpoint or (options.container or "").partition("@")[0] or (options.sha256 or "")[:12]
    name = options.name or (options.file.stem if options.file else referred)
    return Wish(
        name,
        options.licence,
        options.benchmark,
        options.device,
        device_class=options.device_class,
        options=chosen,
        family=options.family,
        released_on=options.released_on,
    )


def _api(options: argparse.Namespace) -> Api:
    url = find_url(options.url, os.environ)
    return Api(url, read_header(options.header_file, os.environ), ca_file=options.ca_file)


def _follow(api: Api, job_id: UUID, options: argparse.Namespace) -> int:
    """Print each change once, on standard error, until the job is over; then how it ended."""
    until = time.monotonic() + options.timeout if options.timeout else None
    said = ""
    while True:
        job = api.job(job_id)
        if job.is_over:
            break
        if (line := _progress(job)) != said:
            print(line, file=sys.stderr, flush=True)
            said = line
        if until is not None and time.monotonic() >= until:
            print(f"perwatt: not over in time; go on with `perwatt watch {job_id}`", file=sys.stderr)
            return Exit.TIMED_OUT
        time.sleep(WATCH_EVERY_S)
    _say_end(api, job, as_json=options.json)
    return exit_code_of(job)


def _progress(job: Job) -> str:
    if job.state == "running" and job.phase:
        return f"running: {job.phase} {job.progress or 0:.0%}"
    waits = f": {job.reason.sentence}" if job.reason and job.reason.sentence else ""
    return f"{job.state}{waits}"


def _say_end(api: Api, job: Job, *, as_json: bool) -> None:
    if as_json:
        print(job.model_dump_json(indent=2))
    elif job.state == "published":
        print(f"published: {api.url}{job.entry_url or job.html_url}")
    else:
        print("\n".join(_end_lines(api, job)), file=sys.stderr)


def _end_lines(api: Api, job: Job) -> list[str]:
    reason = job.reason or Reason(code="")
    parts = {
        "found": job.message,
        "fault": reason.fault,
        "next": reason.hint,
        "log": f"{api.url}{job.log_url}" if job.log_url else "",
    }
    first = f"perwatt: {job.state}: {reason.sentence or job.state} ({reason.code})"
    return [first, *(f"  {name}: {_indented(text)}" for name, text in parts.items() if text)]


def _indented(text: str) -> str:
    return text.strip().replace("\n", "\n    ")

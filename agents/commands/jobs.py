"""`perwatt submit`, `watch`, `cancel`: what a submitter does."""

import argparse
import os
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from uuid import UUID

from agents.commands.sweep import configurations
from agents.errors import Exit, UserError, exit_of
from agents.submit import Api, Job, Reason, Submission, Wish, find_url, job_id_of, read_header
from leaderboard.protocol import Code, Options

WATCH_EVERY_S = 1.0
NO_LICENCE = "not stated"


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    submit_parser = commands.add_parser("submit", help="submit a model", allow_abbrev=False)
    submit_parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the model, an ONNX or a GGUF file")
    submit_parser.add_argument(
        "--endpoint", metavar="NAME", help="instead of a file: what an agent's operator named so"
    )
    submit_parser.add_argument("--container", metavar="IMAGE@sha256:DIGEST", help="instead of a file: an image")
    submit_parser.add_argument("--benchmark", required=True, metavar="SLUG")
    submit_parser.add_argument("--device", metavar="SLUG", help="one device; without it any CPU")
    submit_parser.add_argument("--name", help="the model's name (the file's)")
    submit_parser.add_argument("--licence", default=NO_LICENCE, help=f"the model's licence ({NO_LICENCE})")
    several = "several, with commas between them, are a submission each"
    submit_parser.add_argument("--batch", default="1", metavar="N", help=f"items per call (1); {several}")
    submit_parser.add_argument("--threads", default="1", metavar="N", help=f"threads of the runtime (1); {several}")
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
    referred = {name: getattr(options, name) for name in ("endpoint", "container") if getattr(options, name)}
    if len(referred) + (options.file is not None) != 1:
        raise UserError("Name what to submit: a FILE, an --endpoint or a --container, and one of them.")
    if options.file is not None and not options.file.is_file():
        raise UserError(f"{options.file} is not a file.")
    wishes = [_wish(options, chosen) for chosen in configurations(options.batch, options.threads)]
    with closing(_api(options)) as api:
        source = {"sha256": api.upload(options.file).sha256} if options.file else _reference(referred)
        answers = [_submit_one(api, wish, source, options, alone=len(wishes) == 1) for wish in wishes]
        if options.wait:
            return max(_follow(api, link.id, options) for answer in answers for link in answer.jobs)
    if options.json:
        texts = [answer.model_dump_json(indent=2) for answer in answers]
        print(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
    return Exit.OK


def _submit_one(
    api: Api, wish: Wish, source: Mapping[str, str], options: argparse.Namespace, *, alone: bool
) -> Submission:
    """Submit, and say at once where the job is: of a sweep that is refused half-way the first half is known."""
    answer = api.submit(wish, source)
    which = "" if alone else f"  batch {wish.options.batch}, threads {wish.options.threads}"
    for link in answer.jobs:
        if options.wait or not options.json:
            print(f"{api.url}/jobs/{link.id}/{which}", file=sys.stderr if options.wait else sys.stdout, flush=True)
    return answer


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
    return {"format": kind, "reference": name}


def _wish(options: argparse.Namespace, chosen: Options) -> Wish:
    own = options.file.stem if options.file else (options.endpoint or options.container.partition("@")[0])
    name = options.name or own
    return Wish(name, options.licence, options.benchmark, options.device, options=chosen)


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

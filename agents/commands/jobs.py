"""`perwatt watch`, `cancel`, `retry`, `publish`, `open`: what becomes of a job that was submitted."""

import argparse
import sys
import webbrowser
from contextlib import closing
from uuid import UUID

from agents.commands.following import add_waiting, exit_code_of, follow
from agents.commands.server import add_server, api_of, print_json
from agents.errors import Exit
from agents.submit import Api, Job, Page, job_id_of
from agents.terminal import fitted


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    watch_parser = _add(commands, "watch", "follow a job to its end")
    add_waiting(watch_parser, always=True)
    watch_parser.set_defaults(handler=watch)

    cancel_parser = _add(commands, "cancel", "cancel a job")
    add_waiting(cancel_parser)
    cancel_parser.set_defaults(handler=cancel)

    retry_parser = _add(commands, "retry", "submit a job that is over once more, as a job of its own")
    retry_parser.add_argument("--device", metavar="SLUG", help="on this device (where it was asked for before)")
    add_waiting(retry_parser)
    retry_parser.set_defaults(handler=retry)

    publish_parser = _add(commands, "publish", "make a private job public, with what it measured, for good")
    publish_parser.set_defaults(handler=publish)

    open_parser = _add(commands, "open", "print the address of a job's page; in a terminal, open it in a browser")
    open_parser.set_defaults(handler=open_page)


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.", allow_abbrev=False)
    parser.add_argument("job", metavar="JOB", help="its id or its address")
    add_server(parser)
    return parser


def watch(options: argparse.Namespace) -> int:
    job_id = job_id_of(options.job)
    with closing(api_of(options)) as api:
        return follow(api, job_id, options)


def cancel(options: argparse.Namespace) -> int:
    job_id = job_id_of(options.job)
    with closing(api_of(options)) as api:
        job = api.cancel(job_id)
        if options.json:
            print_json(job)
        elif job.is_over:
            print(f"{job.id} is {job.state}")
        else:
            print(fitted(f"{job.id} is being cancelled; a measurement ends within 20 seconds", sys.stdout))
        if not options.wait:
            return Exit.OK
        return exit_code_of(job) if job.is_over else follow(api, job.id, options)


def retry(options: argparse.Namespace) -> int:
    """The new job is told at once; `--wait` follows that one."""
    job_id = job_id_of(options.job)
    with closing(api_of(options)) as api:
        job = api.retry(job_id, device=options.device)
        _say_new(api, job, options)
        return follow(api, job.id, options) if options.wait else Exit.OK


def _say_new(api: Api, job: Job, options: argparse.Namespace) -> None:
    if options.json:
        print_json(job)
    else:
        print(_page(api, job.id), file=sys.stderr if options.wait else sys.stdout, flush=True)


def publish(options: argparse.Namespace) -> int:
    job_id = job_id_of(options.job)
    with closing(api_of(options)) as api:
        job = api.publish(job_id)
        if options.json:
            print_json(job)
        else:
            print(_page(api, job.id), flush=True)
        return Exit.OK


def open_page(options: argparse.Namespace) -> int:
    """Whoever reads the output in a program, or has no browser, has the address."""
    job_id = job_id_of(options.job)
    with closing(api_of(options)) as api:
        page = _page(api, api.job(job_id).id)
    if options.json:
        print_json(Page(id=job_id, url=page))
        return Exit.OK
    print(page, flush=True)
    if sys.stdout.isatty():
        _show(page)
    return Exit.OK


def _show(page: str) -> None:
    try:
        webbrowser.get().open(page)
    except webbrowser.Error:  # there is none
        return


def _page(api: Api, job_id: UUID) -> str:
    return f"{api.url}/jobs/{job_id}/"

"""The command line: parse, call one command, turn what went wrong into sentences and an exit code."""

import argparse
import os
import sys
from collections.abc import Sequence

from agents.commands import agent, jobs, submit
from agents.errors import Exit, RefusedError, StopAgent, UnreachableError, UserError
from agents.fingerprint import agent_version
from leaderboard.protocol import Problem

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    try:
        code: int = options.handler(options)
        if sys.stdout:  # None where a supervisor closed it
            sys.stdout.flush()
    except (UserError, StopAgent) as error:
        return _fail(str(error), error.exit_code)
    except RefusedError as refused:
        if getattr(options, "json", False):
            print(refused.problem.model_dump_json(), flush=True)
        return _fail(_sentences(refused.problem), Exit.INVALID)
    except UnreachableError as error:
        return _fail(f"{error}\n  fault: the server, or the way to it\n  next: try again later", Exit.FAILED_SYSTEM)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        return _without_output(error)
    return code


def _without_output(error: OSError) -> int:
    """End after a write or a read that failed; whoever closed a pipe has seen enough."""
    if sys.stdout:  # keep the interpreter from complaining about it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return Exit.OK
    named = f"{error.filename}: " if error.filename else ""
    return _fail(f"{named}{error.strerror or error}\n  fault: this machine ({error.errno})", Exit.FAILED_SYSTEM)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="perwatt",
        description="Submit models to a Perwatt server, follow their jobs, or make this machine measure them.",
        epilog="Exit codes: 0 published, 2 invalid, 3 failed (the model), 4 failed (the system), 5 cancelled,"
        " 6 timed out. An agent that a newer instance of itself replaced ends with 3.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"perwatt {agent_version()}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    submit.add_parser(commands)
    jobs.add_parsers(commands)
    agent.add_parser(commands)
    return parser


def _fail(text: str, exit_code: int) -> int:
    print(f"perwatt: {text}", file=sys.stderr)
    return exit_code


def _sentences(problem: Problem) -> str:
    """What happened, whose fault it is, what to do next."""
    lines = [problem.title]
    fields = [f"{item.get('field') or 'body'}: {item.get('message', '')}" for item in problem.errors]
    lines += [f"  {text}" for text in fields or [problem.detail] if text and text != problem.title]
    lines.append(f"  fault: the request ({problem.code})")
    lines += [f"  next: {problem.hint}"] if problem.hint else []
    return "\n".join(lines)

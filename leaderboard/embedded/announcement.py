"""What `up` prints once it is up."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

from leaderboard.embedded.demo import BundledModel


def announcement(
    *, url: str, sign_in_path: str, header_file: Path, boards: Sequence[str], example: BundledModel | None
) -> str:
    """Return the addresses and two lines to paste into a shell; the token itself is only in `header_file`."""
    lines = [
        f"Perwatt is at {url}/",
        *(f"  board            {url}/boards/{board}/" for board in boards),
        f"  sign in, once    {url}{sign_in_path}",
    ]
    if example is not None:
        lines += [
            f"  upload a model   {_upload(url, header_file, example)}",
            f"  submit it        {_submit(url, header_file, example)}",
        ]
    return "\n".join([*lines, "  stop             Ctrl-C; another `up` continues"])


def _upload(url: str, header_file: Path, model: BundledModel) -> str:
    data = ("--data-binary", f"@{model.file}")
    return shlex.join(("curl", "-H", f"@{header_file}", *data, f"{url}/api/v1/artefacts"))


def _submit(url: str, header_file: Path, model: BundledModel) -> str:
    body = {
        "model": {"name": f"my {model.name}", "sha256": model.sha256, "licence": model.licence},
        "benchmark": model.benchmark,
        "device_class": "cpu",
    }
    data = ("-H", "Content-Type: application/json", "--data", json.dumps(body))
    return shlex.join(("curl", "-H", f"@{header_file}", *data, f"{url}/api/v1/submissions"))

"""The prompts of a benchmark: JSON lines with `id` and `prompt`."""

import json
from pathlib import Path

MAX_BYTES = 64 * 1024**2
MAX_ITEMS = 100_000  # what a report holds


def read_prompts(path: Path) -> list[str]:
    """All prompts in order. Raises ValueError with the line that is wrong: the server should not have sent it."""
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"the items are over {MAX_BYTES >> 20} MiB")
    prompts = [_prompt(number, line) for number, line in enumerate(path.read_bytes().splitlines(), 1) if line.strip()]
    if not 0 < len(prompts) <= MAX_ITEMS:
        raise ValueError(f"there are {len(prompts)} items; 1 to {MAX_ITEMS} can be measured")
    return prompts


def _prompt(number: int, line: bytes) -> str:
    try:
        prompt = json.loads(line)["prompt"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"line {number} of the items is no JSON object with a prompt") from error
    if not isinstance(prompt, str) or not prompt:
        raise ValueError(f"line {number} of the items has a prompt that is no text")
    return prompt

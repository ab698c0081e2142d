"""Prints `N passed, N failed` over JUnit reports; errors count as failed, skipped ones not at all.

Each argument is one run: a report, or several joined by a comma, of which a later one says how its tests ended when
they were run again.
"""

import sys
from xml.etree import ElementTree as ET

Test = tuple[str, str]


def outcomes(path: str) -> dict[Test, str]:
    """Return `passed`, `failed` or `skipped` by test; one that both failed and broke its set-up down counts once."""
    found: dict[Test, str] = {}
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314  pytest wrote it a moment ago
        bad = case.find("failure") is not None or case.find("error") is not None
        name = case.get("classname", ""), case.get("name", "")
        ended = "failed" if bad else "skipped" if case.find("skipped") is not None else "passed"
        found[name] = ended if found.get(name) != "failed" else "failed"
    return found


def main() -> None:
    counted: list[str] = []
    for run in sys.argv[1:]:
        ended: dict[Test, str] = {}
        for path in run.split(","):
            ended |= outcomes(path)
        counted += ended.values()
    print(f"{counted.count('passed')} passed, {counted.count('failed')} failed")


if __name__ == "__main__":
    main()

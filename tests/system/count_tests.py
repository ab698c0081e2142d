"""Prints `N passed, N failed` from a JUnit report; errors count as failed, skipped ones not at all."""

import sys
from xml.etree import ElementTree as ET


def main() -> None:
    suites = list(ET.parse(sys.argv[1]).getroot().iter("testsuite"))  # noqa: S314  pytest wrote it a moment ago
    total, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    print(f"{total - failed - skipped} passed, {failed} failed")


if __name__ == "__main__":
    main()

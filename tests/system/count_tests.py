"""Prints `N passed, N failed` over JUnit reports; errors count as failed, skipped ones not at all."""

import sys
from xml.etree import ElementTree as ET


def main() -> None:
    roots = [ET.parse(path).getroot() for path in sys.argv[1:]]  # noqa: S314  pytest wrote them a moment ago
    suites = [suite for root in roots for suite in root.iter("testsuite")]
    total, failures, errors, skipped = (
        sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    failed = failures + errors
    print(f"{total - failed - skipped} passed, {failed} failed")


if __name__ == "__main__":
    main()

"""Print every number of the literature beside ours: `python -m tests.metrics.published`."""

from tests.metrics.published.test_published import rows


def main() -> None:
    print("| metric | source | published | ours | difference |\n|---|---|---|---|---|")
    for row in sorted(rows(), key=lambda row: (row.metric, row.source)):
        ours = row.ours()
        apart = "-" if ours is None or row.published == 0 else f"{ours / row.published - 1:+.1e}"
        print(f"| {row.metric} | {row.source} | {row.published:.10g} | {ours:.10g} | {apart} |")


if __name__ == "__main__":
    main()

"""A small catalogue of papers, written as its files are."""

import csv

PAPERS = "paper_id,title,listed_date,organisation,arxiv,code_url,category"
CLAIMS = "paper_id,claim_id,subject,metric,value,unit,direction,dataset_or_task,hardware,baseline,note"
KNOWN = (
    ("watts", "On watts, and more", "2025-03-01", "A Lab", "2503.00001", "https://example.org/code", "model"),
    ("joules", "On joules", "", "", "", "", "serving-system"),
)


def claim(key, **values):
    row = {"paper_id": "watts", "subject": "m", "metric": "latency", "value": "2", "unit": "ms", "direction": "lower"}
    return row | {"claim_id": key} | values


def catalogue(folder, *claims):
    """Write both files into the folder and return it."""
    for name, head, rows in (
        ("papers.csv", PAPERS, [dict(zip(PAPERS.split(","), row, strict=True)) for row in KNOWN]),
        ("claims.csv", CLAIMS, claims),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, head.split(","), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder

"""One published result as JSON."""

import json
from dataclasses import asdict

from leaderboard.boards.cells import to_wire
from leaderboard.boards.reported.reading import ReportedDetail


def reported_json(detail: ReportedDetail) -> bytes:
    """Return who published it, its figures as a board's JSON has them, and the publication's own words."""
    row, source = detail.row, asdict(detail.source)
    source |= {name: source[name].isoformat() for name in ("published_on", "loaded_at")}
    content = {
        "id": str(row.id),
        "board": detail.slug,
        "model_name": row.model_name,
        "device_name": row.device_name,
        "config": asdict(row.config),
        "rank": row.rank,
        "front": row.front,
        "metrics": {
            metric: to_wire(cell) | {"about": detail.about.get(metric, "")} for metric, cell in row.cells.items()
        },
        "reported": source | {"uid": detail.uid, "url": detail.url, "facts": detail.facts},
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()

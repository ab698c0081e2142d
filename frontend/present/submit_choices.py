"""What a submitter chooses from, with the facts that decide: files, benchmarks, devices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from frontend import numbers
from frontend.present.devices import grade, scope_name
from frontend.present.registry import spoken_fault
from leaderboard.accounts.models import User
from leaderboard.catalog.models import RUNTIMES, ModelArtefact
from leaderboard.protocol import page_of
from leaderboard.runs.estimates import Place, places
from leaderboard.submissions.places import Needs
from leaderboard.submissions.selectors import benchmark_choices, files_of


def file_rows(user: User, *, chosen: str) -> list[Mapping[str, Any]]:
    return [
        {
            "sha256": file.sha256,
            "chosen": file.sha256 == chosen,
            "words": " ".join(
                part
                for part in (
                    file.named or _("not submitted yet"),
                    f"{file.format.upper()}, {numbers.bytes_in_words(file.size_bytes)},",
                    file.sha256[:12],
                )
                if part
            ),
        }
        for file in files_of(user, chosen=chosen)
    ]


def benchmark_rows(body: Mapping[str, Any], *, chosen: str) -> list[Mapping[str, Any]]:
    takes = _answers_with(body)
    return [
        {
            "view": row,
            "chosen": row.slug == chosen,
            "why_not": ""
            if row.asks_for in takes
            else _("It asks for %(asked)s; the model answers with %(given)s.")
            % {"asked": row.asks_for, "given": " or ".join(takes)},
        }
        for row in benchmark_choices()
    ]


def _answers_with(body: Mapping[str, Any]) -> tuple[str, ...]:
    kind = _format_of(body)
    if kind == "container":
        return ("tensors", "text")
    return ("tensors",) if kind == "onnx" else ("text",)


def _format_of(body: Mapping[str, Any]) -> str:
    model = body.get("model", {})
    if model.get("format"):
        return str(model["format"])
    found = ModelArtefact.objects.filter(sha256=model.get("sha256", "")).values_list("format", flat=True).first()
    return found or "onnx"


def needs_of(body: Mapping[str, Any]) -> Needs:
    """At this step nothing is known of the threads but that there is one."""
    sha256 = body.get("model", {}).get("sha256", "")
    size_bytes = ModelArtefact.objects.filter(sha256=sha256).values_list("size_bytes", flat=True).first()
    return Needs(RUNTIMES[_format_of(body)], 1, size_bytes)


def device_rows(body: Mapping[str, Any], *, chosen: str, now: datetime) -> dict[str, Any]:
    needs = needs_of(body)
    found = places(needs, now=now)
    fitting = [place for place in found if place.lack is None]
    kinds = sorted({place.device.kind for place in fitting})
    only = f"device:{fitting[0].device.slug}" if len(fitting) == 1 else ""
    return {
        "note": _chosen_for_you(only) if not chosen and fitting else "",
        "devices": [_device(place, needs, chosen or only) for place in found],
        "classes": [
            {
                "value": f"class:{kind}",
                "chosen": chosen == f"class:{kind}",
                "kind": kind,
                "count": sum(place.device.kind == kind for place in fitting),
            }
            for kind in kinds
        ],
        "fitting": len(fitting),
        "runtime": needs.runtime,
    }


def _chosen_for_you(only: str) -> str:
    return _("One device fits, so it is chosen.") if only else _("None is chosen for you: say where it is measured.")


def _device(place: Place, needs: Needs, chosen: str) -> Mapping[str, Any]:
    device = place.device
    total = numbers.bytes_in_words(device.memory_bytes) if device.memory_bytes else numbers.ABSENT
    needed = numbers.bytes_in_words(needs.size_bytes) if needs.size_bytes else _("unknown")
    source = place.best_source
    return {
        "view": device,
        "value": f"device:{device.slug}",
        "id": f"place-{device.slug}",
        "chosen": chosen == f"device:{device.slug}",
        "why_not": spoken_fault(place.lack).message if place.lack else "",
        "why_link": page_of(place.lack.code) if place.lack else "",
        "memory": _("at least %(needed)s of %(total)s") % {"needed": needed, "total": total},
        "runtime": needs.runtime if needs.runtime in device.runtimes else _("not here"),
        "state": f"{device.connection}, {device.activity}, {device.health}",
        "ahead": place.ahead,
        "energy": f"{scope_name(source.scope)}, {source.provenance}" if source else _("no energy source"),
        "grade": grade(source) if source else numbers.ABSENT,
    }

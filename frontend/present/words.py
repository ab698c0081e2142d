"""The words readers see for the words the database keeps. One place, so that pages and charts agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from leaderboard.boards.rows import Config, Row
from leaderboard.protocol import MissingReason, Provenance, Scope

Words = str | Promise

SCOPE_NAMES: Mapping[Scope, Words] = {
    Scope.WALL: _("wall"),
    Scope.SOC: _("SoC"),
    Scope.CPU_PACKAGE: _("CPU package"),
    Scope.ACCELERATOR: _("accelerator only"),
    Scope.PROCESS: _("process"),
}

SCOPE_MEANING: Mapping[Scope, Words] = {
    Scope.WALL: _("Everything that the machine draws from its socket."),
    Scope.SOC: _("The whole system-on-chip: processor, graphics and memory controller, as its board meters them."),
    Scope.CPU_PACKAGE: _("The processor package. Memory, fans and losses in the supply are not included."),
    Scope.ACCELERATOR: _("The accelerator alone. Host energy is not included; understates small models most."),
    Scope.PROCESS: _("The model's own processes, charged for their processor time. The idle machine is not included."),
}

PROVENANCE_NAMES: Mapping[Provenance, Words] = {
    Provenance.MEASURED: _("Measured"),
    Provenance.COUNTER: _("Measured"),
    Provenance.ESTIMATED: _("Estimated"),
    Provenance.REPORTED: _("Reported"),
    Provenance.PREDICTED: _("Predicted"),
}

PROVENANCE_MEANING: Mapping[Provenance, Words] = {
    Provenance.MEASURED: _("Measured here by an enrolled device."),
    Provenance.COUNTER: _("Read here from the hardware's own energy counter."),
    Provenance.ESTIMATED: _("Time multiplied by a constant; no sensor was read."),
    Provenance.REPORTED: _("Published by somebody else, not measured here."),
    Provenance.PREDICTED: _("Computed by a model from other measurements."),
}

MISSING: Mapping[str, Words] = {
    MissingReason.NOT_MEASURED.value: _("not measured"),
    MissingReason.NOT_APPLICABLE.value: _("not applicable"),
    MissingReason.FAILED.value: _("failed"),
    MissingReason.PENDING.value: _("pending"),
    MissingReason.WITHHELD.value: _("withheld"),
    "no_sensor": _("no energy sensor"),
    "no_rated_power": _("rated power unknown"),
    "no_power": _("no power"),
    "below_idle": _("not above idle"),
    "window_too_short": _("window too short"),
    "counter_went_backwards": _("counter ran backwards"),
    "too_few_samples": _("too few samples"),
    "noisy_machine": _("machine was noisy"),
    "sensor_stopped": _("sensor stopped"),
    "no_price": _("no price"),
}

GUARD: Mapping[str, Words] = {
    "noisy": _("noisy machine"),
    "throttled": _("thermally throttled"),
    "rejected": _("guard rejected"),
    "unknown": _("guard unknown"),
}

FRONT_WORDS: Mapping[str, Words] = {
    "on": _("on the front"),
    "contested": _("contested"),
    "dominated": _("dominated"),
    "unplaced": _("not placed"),
}

# What became of an entry since the revision that a view is frozen at.
STATUS: Mapping[str, Words] = {
    "under_review": _("under review since"),
    "superseded": _("superseded since"),
    "retracted": _("retracted since"),
}

CHOICE_TITLES: Mapping[str, Words] = {
    "dev": _("Device"),
    "class": _("Device class"),
    "vendor": _("Vendor"),
    "quant": _("Precision"),
    "engine": _("Runtime"),
    "batch": _("Batch"),
    "org": _("Organisation"),
}

COLOUR_TITLES: Mapping[str, Words] = {
    "front": _("Pareto front"),
    "family": _("Model family"),
    **CHOICE_TITLES,
}


@dataclass(frozen=True, slots=True)
class Badge:
    """Text, a shape and a kind; never a colour alone. `href` leads to the definition."""

    text: Words
    icon: Literal["solid", "open", "ring", "warn", "hollow", "none"]
    meaning: Words = ""
    href: str = ""


def missing(reason: MissingReason | str | None) -> str:
    """Say why a value is not there; a reason this page has never heard of is shown as it is."""
    if reason is None:
        return gettext("not measured")
    value = str(getattr(reason, "value", reason))
    return str(MISSING.get(value, value.replace("_", " ")))


def provenance_badge(provenance: Provenance) -> Badge:
    icons: Mapping[Provenance, Literal["solid", "open", "ring"]] = {
        Provenance.MEASURED: "solid",
        Provenance.COUNTER: "solid",
        Provenance.ESTIMATED: "open",
        Provenance.REPORTED: "ring",
        Provenance.PREDICTED: "open",
    }
    return Badge(
        PROVENANCE_NAMES[provenance],
        icons[provenance],
        PROVENANCE_MEANING[provenance],
        f"/methods/#provenance-{provenance.value}",
    )


def scope_badge(scope: Scope) -> Badge:
    return Badge(SCOPE_NAMES[scope], "none", SCOPE_MEANING[scope], f"/methods/#scope-{scope.value}")


def energy_badges(row: Row) -> tuple[Badge, ...]:
    """Where the row's joules come from; empty when it has none."""
    cell = row.cells.get("energy_per_item_j")
    if cell is None or cell.value is None or cell.provenance is None:
        return ()
    badges = (provenance_badge(cell.provenance),)
    return (*badges, scope_badge(cell.scope)) if cell.scope else badges


STATUS_WORDS: Mapping[str, Words] = {
    "published": _("published"),
    "under_review": _("under review"),
    "superseded": _("superseded"),
    "retracted": _("retracted"),
    "private": _("private"),
}


def status_badges(status: str, then: str) -> tuple[Badge, ...]:
    """Say of a row of a frozen view that its entry is not published any more; empty while it is."""
    if status in {"", then}:
        return ()
    meaning = _("After this revision the entry left the board; its page says why.")
    return (Badge(STATUS.get(status, status), "warn", meaning, "/methods/#entry-status"),)


def quality_badges(row: Row) -> tuple[Badge, ...]:
    found = []
    if row.status not in {"published", "private"}:
        meaning = _("Somebody doubts this entry; its page says why.")
        found.append(Badge(STATUS_WORDS.get(row.status, row.status), "warn", meaning, f"/entries/{row.id}/#history"))
    if row.stable is False:
        meaning = _("The latency of the repeats did not settle within 3 %.")
        found.append(Badge(_("unstable"), "hollow", meaning, "/methods/#stable"))
    if row.guard in GUARD:
        meaning = _("What the contention guard saw while the model was timed.")
        found.append(Badge(GUARD[row.guard], "warn", meaning, "/methods/#guard"))
    return tuple(found)


def config_words(config: Config) -> str:
    said = []
    if config.batch is not None:
        said.append(gettext("batch %d") % config.batch)
    if config.threads is not None:
        said.append(gettext("1 thread") if config.threads == 1 else gettext("%d threads") % config.threads)
    return ", ".join(said)


def config_line(config: Config) -> str:
    return ", ".join(word for word in (config.precision, config.runtime, config_words(config)) if word)


def config_short(config: Config) -> str:
    """What tells configurations apart in a table; of a reported one, its runtime as well."""
    numbers = [f"{letter}{n}" for letter, n in (("b", config.batch), ("t", config.threads)) if n is not None]
    first = config.precision or config.runtime
    return ", ".join([first, *numbers])


def lower_first(text: str) -> str:
    """A name inside a sentence; acronyms such as IPW keep their capitals."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def metric_phrase(name: str) -> str:
    """`Latency, p90` as `p90 latency`, to stand inside a sentence; other languages keep the order and the capitals."""
    if (get_language() or "en").partition("-")[0] != "en":
        return name
    head, comma, tail = name.partition(", ")
    return f"{lower_first(tail)} {lower_first(head)}" if comma and " of " not in tail else lower_first(name)


def limit_name(bound: str, metric: str) -> str:
    """What a limit on a metric of this name is called: `bound` is `min` or `max`."""
    return (gettext("%s at least") if bound == "min" else gettext("%s at most")) % metric


def joined(names: list[str], most: int = 4) -> str:
    """`a, b and c`; beyond `most` names only how many more."""
    if len(names) > most:
        names = [*names[: most - 1], gettext("%d others") % (len(names) - most + 1)]
    if len(names) < 2:
        return "".join(names)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}

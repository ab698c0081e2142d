"""Energy sources: PWR-00 what a device comes to, and one line for each source, present or not."""

from collections.abc import Iterator

from agents.doctor.base import Check, Verdict
from agents.energy import codecarbon_estimate
from agents.probe import SOURCE_CODES, source_code
from leaderboard.protocol import DeviceInfo, EnergyMethod, EnergySourceInfo, Inventory, Provenance

INSTALL_ESTIMATE = codecarbon_estimate.INSTALL


def checks_of(inventory: Inventory) -> Iterator[Check]:
    for device in inventory.devices:
        yield _device(device)
        for source in device.energy_sources:
            yield _source(source)


def unreadable_meters(sentence: str) -> Check:
    """The file that names the wall meters is no such file; the agent does not start with it."""
    return Check(SOURCE_CODES["meter"], Verdict.FAIL, sentence, "mend the file; docs/operations.md has its keys")


def grade(source: EnergySourceInfo) -> str:
    """Quality A to E, as the device's page shows it; A needs a calibration that no agent can see."""
    if source.provenance is Provenance.MEASURED:
        return "B"
    if source.method is EnergyMethod.COUNTER_DIFFERENCE:
        return "C"
    return "D" if source.method is EnergyMethod.POWER_INTEGRAL else "E"


def _device(device: DeviceInfo) -> Check:
    present = [source for source in device.energy_sources if source.present]
    real = [source.key for source in present if source.provenance in (Provenance.MEASURED, Provenance.COUNTER)]
    if real:
        return Check("PWR-00", Verdict.PASS, f"{device.key}: energy by {', '.join(real)}")
    fixes = [source.fix for source in device.energy_sources if source.fix]
    if present:
        evidence = f"{device.key}: energy is only estimated; boards rank estimates apart"
        return Check("PWR-00", Verdict.WARN, evidence, fixes[0] if fixes else "attach a wall meter")
    return Check(
        "PWR-00", Verdict.WARN, f"{device.key}: no energy source; its results have no energy", INSTALL_ESTIMATE
    )


def _source(source: EnergySourceInfo) -> Check:
    code = source_code(source.key)
    if source.present:
        evidence = f"source {source.key}, scope {source.scope}, {source.provenance}, grade {grade(source)}"
        return Check(code, Verdict.PASS, evidence)
    return Check(code, Verdict.SKIP, f"source {source.key}: {source.why_absent}", source.fix or "")

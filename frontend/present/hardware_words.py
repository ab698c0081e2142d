"""What agents say of hardware, in a reader's words; what they said stays as it is in the data."""

from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from frontend.present.words import Words
from leaderboard.protocol import EnergyMethod

# The vendor strings of CPUID leaf 0 and how Arm's and NVIDIA's parts are called by their systems.
_VENDORS: Mapping[str, str] = {
    "authenticamd": "AMD",
    "genuineintel": "Intel",
    "hygongenuine": "Hygon",
    "centaurhauls": "VIA",
    "arm": "Arm",
    "nvidia": "NVIDIA",
    "nvidia-corporation": "NVIDIA",
}
_FACTS: Mapping[str, Words] = {
    "arch": _("Architecture"),
    "cpu_count": _("Logical CPUs"),
    "cpu_flags_sha256": _("SHA-256 of the CPU's feature flags"),
    "cpu_model": _("CPU"),
    "cpu_vendor": _("CPU's vendor string"),
    "cpufreq_driver": _("Frequency driver"),
    "hostname": _("Host name"),
    "kernel": _("Kernel"),
    "memory_mib": _("Memory, MiB"),
    "os": _("Operating system"),
    "python": _("Python"),
    "smt": _("Simultaneous multithreading"),
    "endpoints": _("Endpoints"),
}
# How an agent names the version of a package.
_VERSION = "version_"
_METHODS: Mapping[str, Words] = {
    EnergyMethod.COUNTER_DIFFERENCE.value: _("difference of a counter"),
    EnergyMethod.POWER_INTEGRAL.value: _("integral of sampled power"),
    EnergyMethod.TIME_TIMES_CONSTANT.value: _("time × a constant power; no sensor"),
}


def vendor_name(vendor: str) -> str:
    """The name by which people know a vendor; one that is not in the table is called as it calls itself."""
    return _VENDORS.get(slugify(vendor), vendor)


def vendor_slug(vendor: str) -> str:
    """A vendor as an address has it, whichever of its names is given."""
    return slugify(vendor_name(vendor))


def fact_name(key: str) -> str:
    package = key.removeprefix(_VERSION)
    if package != key:
        return gettext("Version of %s") % package
    return str(_FACTS.get(key, key.replace("_", " ")))


def method_name(method: str) -> str:
    return str(_METHODS.get(method, method.replace("_", " ")))


def coded(text: str) -> SafeString:
    """The text with what stands between backticks as code; a backtick without a second one stays."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return format_html("{}", text)
    shown = (format_html("<code>{}</code>" if index % 2 else "{}", part) for index, part in enumerate(parts))
    return format_html_join("", "{}", ((part,) for part in shown))

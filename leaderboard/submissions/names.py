"""What a model is called: by an organisation where one is stated, and by the one key that its address is made of."""

import re
from dataclasses import dataclass

from django.utils.text import slugify

MOST_LETTERS = 100
# As on a hub: `mistralai/Mistral-7B`. A name with a slash inside a sentence, `fp16 / int8`, is none.
_HUB_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)/([A-Za-z0-9][A-Za-z0-9._-]*)")


@dataclass(frozen=True, slots=True)
class ModelName:
    """`organisation` is empty where nobody has stated one."""

    organisation: str
    name: str

    @property
    def key(self) -> str:
        """Return `organisation/name` as slugs, or the name's slug alone: what the address `/models/<key>/` has."""
        return "/".join(slug_of(part) for part in (self.organisation, self.name) if part)


def named(name: str, organisation: str = "") -> ModelName:
    """Read a name as it was sent: in `owner/name` the owner is the organisation; one that is stated goes first."""
    found = _HUB_NAME.fullmatch(name)
    if found is None or (organisation and slug_of(found[1]) != slug_of(organisation)):
        return ModelName(organisation, name)
    return ModelName(organisation or found[1], found[2])


def slug_of(name: str) -> str:
    # A ligature of one character can stand for several letters.
    return slugify(name)[:MOST_LETTERS]


def organisation_of(key: str) -> str:
    """Return the slug of the organisation in a model's key; empty where it has none."""
    return key.rpartition("/")[0]

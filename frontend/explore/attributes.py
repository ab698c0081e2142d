from typing import Any


def attributes(**values: Any) -> dict[str, Any]:
    """Attributes whose names Python cannot spell: `aria_label` is written `aria-label`."""
    return {name.replace("_", "-"): value for name, value in values.items()}

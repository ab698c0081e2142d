"""What every template can write without a context, as the page of a failure has none."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from frontend.house_style import HOUSE_STYLE

register = template.Library()


@register.simple_tag
def house_style() -> SafeString:
    return mark_safe(f"<style>{HOUSE_STYLE}</style>")  # noqa: S308  (our own sheets)

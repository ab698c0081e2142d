"""The form by which staff decides about an entry."""

import re
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.present.history import DECISIONS
from leaderboard.accounts.models import User
from leaderboard.boards.models import Entry, EntryChange
from leaderboard.boards.moderation import (
    CannotModerate,
    decisions_for,
    put_under_review,
    restore,
    retract,
    supersede,
)

MAX_REASON = 2000
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class ModerationForm(forms.Form):
    decision = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason, which readers see"), max_length=MAX_REASON, widget=forms.Textarea({"rows": 3})
    )
    successor = forms.CharField(
        label=gettext_lazy("Successor: an entry's id or address, where there is one"), required=False, max_length=500
    )

    def __init__(self, status: str, data: QueryDict | None = None) -> None:
        super().__init__(data)
        decision = cast("forms.ChoiceField", self.fields["decision"])
        decision.choices = [(kind.value, DECISIONS[kind]) for kind in decisions_for(status)]

    def clean_successor(self) -> Entry | None:
        text = self.cleaned_data["successor"].strip()
        if not text:
            return None
        match = _UUID.search(text)
        found = Entry.objects.filter(uuid=UUID(match[0])).first() if match else None
        if found is None:
            raise forms.ValidationError(_("There is no such entry."))
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        successor, kind = values.get("successor"), values.get("decision")
        if kind == EntryChange.Kind.SUPERSEDED and successor is None and "successor" not in self.errors:
            self.add_error("successor", _("Name the successor."))
        if kind in (EntryChange.Kind.UNDER_REVIEW, EntryChange.Kind.RESTORED) and successor is not None:
            self.add_error("successor", _("Only what is retracted or superseded has a successor."))
        return values


def decide(form: ModerationForm, uuid: UUID, *, by: User, now: datetime) -> EntryChange | None:
    """Return the change; None where the form then says what is wrong."""
    if not form.is_valid():
        return None
    entry = Entry.objects.get(uuid=uuid)
    kind, reason, successor = (form.cleaned_data[name] for name in ("decision", "reason", "successor"))
    try:
        if kind == EntryChange.Kind.SUPERSEDED:
            return supersede(entry=entry, successor=successor, reason=reason, by=by, now=now)
        if kind == EntryChange.Kind.RETRACTED:
            return retract(entry=entry, successor=successor, reason=reason, by=by, now=now)
        verb = restore if kind == EntryChange.Kind.RESTORED else put_under_review
        return verb(entry=entry, reason=reason, by=by, now=now)
    except CannotModerate as error:
        form.add_error(None, str(error))
        return None

"""When an agent was heard of, minute by minute: what an availability strip is drawn from."""

from datetime import datetime, timedelta

from django.db.models import F

from leaderboard.devices.models import ContactHour

KEEP = timedelta(days=35)


def note_minute(*, agent_id: int, before: datetime | None, now: datetime) -> None:
    """Set the minute's bit; nothing where `before`, the last contact, was in the same minute."""
    minute = now.replace(second=0, microsecond=0)
    if before is not None and before.replace(second=0, microsecond=0) == minute:
        return
    hour, bit = minute.replace(minute=0), 1 << minute.minute
    rows = ContactHour.objects.filter(agent_id=agent_id, hour=hour)
    if rows.update(minutes=F("minutes").bitor(bit)):
        return
    # Of two that begin the hour at once one makes the row, and both set their bits.
    ContactHour.objects.bulk_create([ContactHour(agent_id=agent_id, hour=hour)], ignore_conflicts=True)
    rows.update(minutes=F("minutes").bitor(bit))
    ContactHour.objects.filter(agent_id=agent_id, hour__lt=hour - KEEP).delete()

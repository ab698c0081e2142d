from django.db import migrations

_BATCH = 1000


def begin_histories(apps, schema_editor):
    """Entries of before had no history: each was published, and when is known."""
    entries = apps.get_model("boards", "Entry").objects.order_by("pk").values_list("pk", "published_at")
    change = apps.get_model("boards", "EntryChange")
    rows = [change(entry_id=pk, kind="published", at=at) for pk, at in entries.iterator()]
    change.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("boards", "0005_history_of_entries")]

    operations = [migrations.RunPython(begin_histories, migrations.RunPython.noop)]

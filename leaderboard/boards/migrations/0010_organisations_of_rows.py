from django.db import migrations

_BATCH = 500


def tell_rows(apps, schema_editor):
    """Rows of before had no organisation; a board is not built anew before the next entry, and its page is kept."""
    rows = apps.get_model("boards", "BoardEntry").objects.exclude(entry__submission__organisation="")
    changed = []
    for row in rows.select_related("entry__submission").order_by("pk"):
        submission = row.entry.submission
        row.identity |= {
            "model": submission.model_slug,
            "model_name": submission.model_name,
            "organisation": submission.organisation,
        }
        changed.append(row)
    apps.get_model("boards", "BoardEntry").objects.bulk_update(changed, ["identity"], batch_size=_BATCH)
    if changed:
        apps.get_model("boards", "KeptPage").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("boards", "0009_kept_pages"), ("submissions", "0005_owners_in_names")]

    operations = [migrations.RunPython(tell_rows, migrations.RunPython.noop)]

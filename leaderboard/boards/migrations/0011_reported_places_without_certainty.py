"""Reported results have no intervals: what was written of how sure their places are came from nothing."""

from django.db import migrations


def forget(apps, _schema_editor):
    rows = apps.get_model("boards", "ReportedEntry").objects
    rows.update(rank_low=None, rank_high=None, front_probability=None)


class Migration(migrations.Migration):
    dependencies = [("boards", "0010_organisations_of_rows")]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]

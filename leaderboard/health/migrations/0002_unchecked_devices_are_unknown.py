from django.db import migrations

GONE = "The agent no longer reports this device."


def unknown_until_checked(apps, schema_editor):
    """Devices were called good before anything had checked them; those that are gone were told apart by their reason."""
    devices = apps.get_model("devices", "Device").objects
    devices.filter(health="unknown", health_reason=GONE).update(reported=False)
    checks = apps.get_model("health", "HealthCheck").objects.filter(verdict="good")
    unchecked = devices.filter(health="good").exclude(pk__in=checks.values("device"))
    unchecked.update(health="unknown", health_reason="Not checked yet.")


class Migration(migrations.Migration):
    dependencies = [("health", "0001_initial"), ("devices", "0005_unknown_until_checked")]

    operations = [migrations.RunPython(unknown_until_checked, migrations.RunPython.noop)]

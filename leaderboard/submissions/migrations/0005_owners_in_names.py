import re

from django.db import migrations
from django.utils.text import slugify

_HUB_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)/([A-Za-z0-9][A-Za-z0-9._-]*)")


def split_names(apps, schema_editor):
    """What was submitted as `owner/name` before there were organisations has its owner as one from here on."""
    submissions = apps.get_model("submissions", "Submission").objects
    for pk, name in submissions.filter(model_name__contains="/").values_list("pk", "model_name"):
        found = _HUB_NAME.fullmatch(name)
        if found:
            key = "/".join(slugify(part)[:100] for part in found.groups())
            submissions.filter(pk=pk).update(organisation=found[1], model_name=found[2], model_slug=key)


def join_names(apps, schema_editor):
    submissions = apps.get_model("submissions", "Submission").objects
    for pk, owner, name in submissions.exclude(organisation="").values_list("pk", "organisation", "model_name"):
        whole = f"{owner}/{name}"[:100]
        submissions.filter(pk=pk).update(organisation="", model_name=whole, model_slug=slugify(whole))


class Migration(migrations.Migration):
    dependencies = [("submissions", "0004_organisations")]

    operations = [migrations.RunPython(split_names, join_names)]

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("submissions", "0003_drafts")]

    operations = [
        migrations.AddField("submission", "organisation", models.CharField(blank=True, default="", max_length=100), preserve_default=False),
        migrations.AlterField("submission", "model_slug", models.CharField(db_index=True, max_length=201)),
        migrations.AddConstraint(
            "submission",
            models.CheckConstraint(
                condition=Q(organisation="") ^ Q(model_slug__contains="/"), name="the_key_of_a_model_has_its_organisation"
            ),
        ),
    ]

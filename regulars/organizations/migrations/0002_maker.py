"""Who made a key: it counts as a writer of the drafts that come by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "alter table api_key add column if not exists made_by uuid",
            state_operations=[
                migrations.AddField("apikey", "made_by", models.UUIDField(null=True))
            ],
        ),
    ]

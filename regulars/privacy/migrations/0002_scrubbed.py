"""Forgetting somebody leaves the answers to their purchases readable."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.sql import script


class Migration(migrations.Migration):
    dependencies: ClassVar = [("privacy", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.privacy", "schema/0002_scrubbed.sql")),
    ]

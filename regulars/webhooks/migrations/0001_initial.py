"""Tables of `regulars.webhooks`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("activities", "0001_initial"), ("staff", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.webhooks", "schema/0001_webhooks.sql")),
        migrations.RunSQL(
            secure("webhook_endpoint", "organization_id")
            + secure("webhook_delivery", "organization_id")
        ),
        migrations.RunSQL(script("regulars.webhooks", "schema/0001_till.sql")),
    ]

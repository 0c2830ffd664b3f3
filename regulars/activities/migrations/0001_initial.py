"""Tables of `regulars.activities`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.months import BEGIN, part
from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("programs", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.activities", "schema/0001_activities.sql")),
        migrations.RunSQL(part("activity", f"activity_{BEGIN}")),
        migrations.RunSQL(
            secure("activity")
            + secure("idempotency")
            + secure("counter")
            + secure("outbox")
            + secure("quote")
            + secure("miss")
            + secure("day_total")
        ),
    ]

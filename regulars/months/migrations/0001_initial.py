"""Tables of `regulars.months`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import ROLE, secure
from regulars.kit.sql import script

READ_ONLY = f"""
revoke all on month_rule from {ROLE};
revoke insert, update, delete on month_detached, month_carried, month_sealed from {ROLE};
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("activities", "0001_initial"), ("ledger", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.months", "schema/0001_months.sql")),
        migrations.RunSQL(secure("month_carried") + secure("month_sealed")),
        migrations.RunSQL(READ_ONLY),
    ]

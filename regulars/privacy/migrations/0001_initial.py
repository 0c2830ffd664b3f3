"""Tables of `regulars.privacy`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [
        ("members", "0001_initial"),
        ("staff", "0002_privileges"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.privacy", "schema/0001_privacy.sql")),
        migrations.RunSQL(
            secure("erasure")
            + secure("retention")
            + "revoke update, delete, truncate on erasure from regulars_app;"
            + "revoke insert, update, delete, truncate on retention from regulars_app;"
        ),
    ]

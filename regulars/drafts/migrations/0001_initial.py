"""Tables of `regulars.drafts`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("programs", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.drafts", "schema/0001_drafts.sql")),
        migrations.RunSQL(secure("draft")),
        migrations.RunSQL("revoke delete on draft from regulars_app"),
    ]

"""Tables of `regulars.consents`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("members", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.consents", "schema/0001_consents.sql")),
        migrations.RunSQL(
            secure("consent") + "revoke update, delete, truncate on consent from regulars_app;"
        ),
    ]

"""Tables of `regulars.imports`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("programs", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.imports", "schema/0001_imports.sql")),
        migrations.RunSQL(secure("import_run") + secure("import_file") + secure("import_part")),
    ]

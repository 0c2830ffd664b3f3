"""Tables of `regulars.ledger`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("programs", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.ledger", "schema/0001_ledger.sql")),
        migrations.RunSQL(
            secure("account")
            + secure("posting")
            + secure("lot")
            + secure("lot_use")
            + secure("hold")
            + secure("seal")
        ),
    ]

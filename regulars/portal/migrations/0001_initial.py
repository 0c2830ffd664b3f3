"""Tables of `regulars.portal`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [
        ("members", "0001_initial"),
        ("consents", "0001_initial"),
        ("staff", "0002_privileges"),
    ]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.portal", "schema/0001_portal.sql")),
        migrations.RunSQL(
            secure("portal_code")
            + secure("portal_device")
            + secure("portal_session")
            + secure("portal_passkey")
        ),
    ]

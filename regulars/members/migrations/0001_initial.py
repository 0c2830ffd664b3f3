"""Tables of `regulars.members`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("programs", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.members", "schema/0001_members.sql")),
        migrations.RunSQL(
            secure("party", "organization_id")
            + secure("member")
            + secure("identifier")
            + secure("member_day")
            + secure("tier_change")
            + secure("qualified_day")
        ),
    ]

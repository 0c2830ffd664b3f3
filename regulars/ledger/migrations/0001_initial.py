"""Tables of `regulars.ledger`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.months import BEGIN, part
from regulars.kit.rowsecurity import ROLE, secure
from regulars.kit.sql import script

NUMBERED = f"""
revoke insert on posting from {ROLE};
grant insert (program_id, member_id, id, activity_id, kind, at, asset, amount, against)
   on posting to {ROLE};
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("programs", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.ledger", "schema/0001_ledger.sql")),
        migrations.RunSQL(part("posting", f"posting_{BEGIN}")),
        migrations.RunSQL(
            secure("account")
            + secure("posting")
            + NUMBERED
            + secure("lot")
            + secure("lot_use")
            + secure("hold")
            + secure("seal")
            + secure("posting_day")
        ),
    ]

"""Tables of `regulars.cards`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("members", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.cards", "schema/0001_cards.sql")),
        migrations.RunSQL(
            secure("card_batch")
            + secure("card")
            + secure("card_secret")
            + secure("card_pass")
            + secure("card_device")
        ),
    ]

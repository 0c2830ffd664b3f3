"""Tables of `regulars.giftcards`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("programs", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.giftcards", "schema/0001_giftcards.sql")),
        migrations.RunSQL(secure("gift_card") + secure("gift_card_load")),
    ]

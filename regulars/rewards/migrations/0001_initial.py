"""Tables of `regulars.rewards`; the SQL is in `schema/`."""

from typing import ClassVar

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("members", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(script("regulars.rewards", "schema/0001_rewards.sql")),
        migrations.RunSQL(secure("redemption") + secure("reward_code") + secure("reward_picture")),
    ]

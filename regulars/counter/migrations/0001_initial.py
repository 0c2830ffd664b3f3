"""Tills that are open in a browser."""

from django.db import migrations

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True

    dependencies = [("staff", "0002_privileges")]

    operations = [
        migrations.RunSQL(script("regulars.counter", "schema/0001_counter.sql")),
        migrations.RunSQL(
            secure("till_session", "organization_id")
            + "revoke delete on till_session from regulars_app;"
        ),
    ]

"""Who of the database's roles may touch accounts and sessions."""

from django.db import migrations

from regulars.kit.sql import script


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_initial"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [migrations.RunSQL(script("regulars.staff", "schema/0002_privileges.sql"))]

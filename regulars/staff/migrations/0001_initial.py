"""Accounts of the staff, their memberships, links, and the record of what they did."""

from django.db import migrations, models

from regulars.kit.rowsecurity import secure
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True

    dependencies = [("organizations", "0001_initial"), ("programs", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Staff",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.TextField(blank=True, default="")),
                ("language", models.CharField(blank=True, default="", max_length=2)),
                ("agency", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={"db_table": "staff"},
        ),
        migrations.RunSQL(script("regulars.staff", "schema/0001_staff.sql")),
        migrations.RunSQL(script("regulars.staff", "schema/0001_notices.sql")),
        migrations.RunSQL(
            secure("staff_role", "organization_id")
            + secure("staff_membership", "organization_id")
            + secure("staff_own_member")
            + secure("audit_event", "organization_id")
            + secure("audit_change", "organization_id")
            + secure("staff_notice", "organization_id")
            + "revoke delete on staff_notice from regulars_app"
        ),
    ]

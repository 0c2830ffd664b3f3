"""Organizations, shops and keys; and the role the till and the pages take."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from regulars.kit import rowsecurity
from regulars.kit.sql import script


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL(rowsecurity.role()),
        migrations.CreateModel(
            name="Organization",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(max_length=63, unique=True)),
                ("name", models.TextField()),
                ("timezone", models.TextField(db_default="UTC")),
                ("settings", models.JSONField(db_default={})),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "db_table": "organization",
            },
        ),
        migrations.CreateModel(
            name="Shop",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.TextField()),
                ("name", models.TextField()),
                ("timezone", models.TextField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="organizations.organization",
                    ),
                ),
                ("address", models.TextField(db_default="")),
            ],
            options={
                "db_table": "shop",
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("label", models.TextField()),
                ("prefix", models.TextField(unique=True)),
                ("hash", models.BinaryField(max_length=32)),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField()),
                ),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("asked_with", models.TextField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="organizations.organization"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="organizations.shop",
                    ),
                ),
            ],
            options={
                "db_table": "api_key",
            },
        ),
        migrations.AddConstraint(
            model_name="shop",
            constraint=models.UniqueConstraint(
                fields=("organization", "code"), name="shop_code_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.UniqueConstraint(
                fields=("organization", "asked_with"), name="api_key_asked_once"
            ),
        ),
        migrations.RunSQL(rowsecurity.secure("organization", "id")),
        migrations.RunSQL(rowsecurity.secure("shop", "organization_id")),
        migrations.RunSQL(rowsecurity.secure("api_key", "organization_id")),
        migrations.RunSQL(script("regulars.organizations", "schema/0001_logo.sql")),
        migrations.RunSQL(rowsecurity.secure("organization_logo", "organization_id")),
    ]

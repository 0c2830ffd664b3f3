"""Programs and their revisions."""

import django.db.models.deletion
from django.db import migrations, models

from regulars.kit import rowsecurity, sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Program",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("slug", models.SlugField(max_length=63)),
                ("name", models.TextField()),
                ("currency", models.CharField(max_length=3)),
                ("timezone", models.TextField()),
                ("created_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="organizations.organization",
                    ),
                ),
            ],
            options={
                "db_table": "program",
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("document", models.JSONField()),
                ("source", models.TextField()),
                ("digest", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("author", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("effective_at", models.DateTimeField()),
                (
                    "program",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="programs.program",
                    ),
                ),
            ],
            options={
                "db_table": "revision",
            },
        ),
        migrations.AddConstraint(
            model_name="program",
            constraint=models.UniqueConstraint(
                fields=("organization", "slug"), name="program_slug_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(
                fields=("program", "number"), name="revision_number_once"
            ),
        ),
        migrations.RunSQL(rowsecurity.secure("program", "organization_id")),
        migrations.RunSQL(rowsecurity.secure("revision")),
        migrations.RunSQL(sql.script("regulars.programs", "schema/0001_revisions.sql")),
    ]

"""Programs and their revisions."""

from django.db import models

from regulars.organizations.models import Organization


class Program(models.Model):
    """A relationship program of an organization. What it does, its revisions say."""

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.PROTECT, db_index=False)
    slug = models.SlugField(max_length=63)
    name = models.TextField()
    currency = models.CharField(max_length=3)
    timezone = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "program"
        constraints = (
            models.UniqueConstraint(fields=("organization", "slug"), name="program_slug_once"),
        )

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """A program document as it was applied. It never changes: a trigger refuses it.

    ``document`` holds every field, also those the source left to their defaults, so that a later
    version of the software cannot change what a revision means. ``source`` is the text as given.
    """

    id = models.UUIDField(primary_key=True)
    program = models.ForeignKey(Program, models.PROTECT, db_index=False)
    number = models.PositiveIntegerField()
    document = models.JSONField()
    source = models.TextField()
    digest = models.BinaryField(max_length=32)
    note = models.TextField()
    author = models.TextField()
    created_at = models.DateTimeField()
    effective_at = models.DateTimeField()

    class Meta:
        db_table = "revision"
        constraints = (
            models.UniqueConstraint(fields=("program", "number"), name="revision_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.program_id} revision {self.number}"

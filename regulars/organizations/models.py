"""Organizations, their shops, and the keys their tills call with."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Organization(models.Model):
    """A firm running programs in this installation."""

    id = models.UUIDField(primary_key=True)
    slug = models.SlugField(max_length=63, unique=True)
    name = models.TextField()
    timezone = models.TextField(db_default="UTC")
    settings = models.JSONField(db_default={})
    """How it shows itself: language, currency, colour, logo (`regulars.organizations.settings`)."""
    created_at = models.DateTimeField()

    class Meta:
        db_table = "organization"

    def __str__(self) -> str:
        return self.name


class Shop(models.Model):
    """A point of sale. ``code`` is the shop's own number, as the till sends it."""

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.PROTECT, db_index=False)
    code = models.TextField()
    name = models.TextField()
    timezone = models.TextField()
    address = models.TextField(db_default="")

    class Meta:
        db_table = "shop"
        constraints = (
            models.UniqueConstraint(fields=("organization", "code"), name="shop_code_once"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ApiKey(models.Model):
    """What a till or another machine calls with: ``rk_<prefix>_<secret>``.

    Only a SHA-256 of the secret is kept. That is enough for 256 random bits: there is nothing to
    guess, so a slow hash would only slow the till.
    """

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.PROTECT)
    shop = models.ForeignKey(Shop, models.PROTECT, null=True)
    label = models.TextField()
    """Which till or machine calls with it."""
    prefix = models.TextField(unique=True)
    hash = models.BinaryField(max_length=32)
    scopes = ArrayField(models.TextField())
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    asked_with = models.TextField(null=True)
    """The Idempotency-Key of the request that made it."""
    made_by = models.UUIDField(null=True)
    """Who of the staff made it, or made the key that made it; the operator is nobody of them."""

    class Meta:
        db_table = "api_key"
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "asked_with"), name="api_key_asked_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} (rk_{self.prefix}_...)"

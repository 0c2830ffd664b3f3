"""A staff person's account. What they may do where, their memberships say (`schema/`)."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Staff(AbstractBaseUser):
    """Somebody who signs in to the console, by e-mail address.

    There is one account for all organizations of the installation. A new one has no password: it
    is set with the one-time link of the invitation.
    """

    id = models.UUIDField(primary_key=True)
    email = models.EmailField(unique=True)
    name = models.TextField(default="", blank=True)
    language = models.CharField(max_length=2, default="", blank=True)
    agency = models.BooleanField(default=False)
    """May make organizations in this installation."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects = BaseUserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        db_table = "staff"

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email

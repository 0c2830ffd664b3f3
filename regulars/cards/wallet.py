"""Where a telephone gets its passes, and what signs them: settings from outside, never from us.

REGULARS_URL                  how the world reaches this server, https://...
REGULARS_APPLE_CERTIFICATE    file: the pass type certificate (PEM)
REGULARS_APPLE_KEY            file: its private key (PEM), readable by its owner alone
REGULARS_APPLE_KEY_PASSWORD   of that key, if it has one
REGULARS_APPLE_WWDR           file: Apple's intermediate certificate (PEM)
REGULARS_GOOGLE_KEY           file: the service account's key (JSON), readable by its owner alone
REGULARS_GOOGLE_ISSUER        the issuer's number
"""

import os
from pathlib import Path
from uuid import UUID

from regulars.cards.queries import Card, Pass
from regulars.kit.problems import Conflict
from regulars.kit.secrets import SecretRefused, private


class NotSetUp(Conflict):
    code = "wallet_not_set_up"
    title = "Passes of this kind are not set up here"


def setting(name: str) -> str:
    """A setting, or `NotSetUp`."""
    value = os.environ.get(f"REGULARS_{name}", "")
    if not value:
        raise NotSetUp(f"Set REGULARS_{name}: see the guide, cards.")
    return value


def secret_file(name: str) -> bytes:
    """A file that only its owner may read; another one is refused."""
    file = Path(setting(name))
    try:
        return private(file)
    except SecretRefused as refused:
        raise NotSetUp(f"REGULARS_{name}: {refused.detail}") from None


def public_file(name: str) -> bytes:
    """A file of which nothing is secret: a certificate."""
    try:
        return Path(setting(name)).read_bytes()
    except OSError as error:
        raise NotSetUp(f"REGULARS_{name} cannot be read: {error.strerror}.") from None


def service_url(program_id: UUID) -> str:
    """What Apple's telephones call for this program's passes."""
    return f"{setting('URL').rstrip('/')}/wallet/{program_id}"


def address(program_id: UUID, card: Card, found: Pass, names: dict[str, str], now: int) -> str:
    """What the member opens on the telephone to get a pass."""
    if found.platform == "google":
        from regulars.cards.google import link

        return link(card, found.serial, names, now)
    return f"{service_url(program_id)}/{found.serial}.pkpass?token={found.token}"

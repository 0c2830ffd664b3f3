"""Services that vouch for the staff (OpenID Connect), as the environment names them.

REGULARS_OIDC          the issuer's address, which is also the ``issuer`` in its discovery document
REGULARS_OIDC_CLIENT   what it calls Regulars, with REGULARS_OIDC_SECRET
REGULARS_OIDC_NAME     what the button says
REGULARS_OIDC_DOMAINS  the domains of the e-mail addresses it may vouch for, by commas

Further ones are REGULARS_OIDC2, REGULARS_OIDC2_CLIENT and so on, up to nine.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

NUMBERS = ("", *map(str, range(2, 10)))
SECRETS = tuple(f"REGULARS_OIDC{number}_SECRET" for number in NUMBERS)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Issuer(NamedTuple):
    slug: str
    """Its part of our addresses: ``firm``, ``firm2``."""
    url: str
    client: str
    secret: str
    name: str
    domains: tuple[str, ...]

    def may_vouch_for(self, email: str) -> bool:
        """Whether an address is its own; where no domains are named, every one is.

        >>> corner = Issuer("firm", "https://id.example", "us", "", "Corner", ("corner.example",))
        >>> corner.may_vouch_for("ewa@corner.example"), corner.may_vouch_for("ewa@shoes.example")
        (True, False)
        """
        return not self.domains or email.rpartition("@")[2].lower() in self.domains


def issuers(environment: Mapping[str, str]) -> dict[str, Issuer]:
    """All of them by their slugs.

    Of several each must name its domains, and no domain twice: otherwise the service of one firm
    could let its people in as those of another.

    >>> issuers({})
    {}
    >>> list(issuers({"REGULARS_OIDC": "https://id.example/", "REGULARS_OIDC_CLIENT": "us"}))
    ['firm']
    >>> issuers({"REGULARS_OIDC": "https://id.example"})
    Traceback (most recent call last):
        ...
    ValueError: REGULARS_OIDC_CLIENT is missing
    >>> issuers({"REGULARS_OIDC": "http://id.example", "REGULARS_OIDC_CLIENT": "us"})
    Traceback (most recent call last):
        ...
    ValueError: REGULARS_OIDC: what anybody on the way can change proves nothing; it must be https://
    """
    found = [_issuer(number, environment) for number in NUMBERS if _told(environment, number)]
    named = [domain for issuer in found for domain in issuer.domains]
    if len(found) > 1 and not all(issuer.domains for issuer in found):
        raise ValueError("REGULARS_OIDC_DOMAINS: of several issuers each must name its domains")
    if len(named) != len(set(named)):
        raise ValueError("REGULARS_OIDC_DOMAINS: two issuers name the same domain")
    return {issuer.slug: issuer for issuer in found}


def _told(environment: Mapping[str, str], number: str, what: str = "") -> str:
    return environment.get(f"REGULARS_OIDC{number}{what}", "").strip()


def _issuer(number: str, environment: Mapping[str, str]) -> Issuer:
    prefix = f"REGULARS_OIDC{number}"
    url = _told(environment, number)
    address = urlsplit(url)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise ValueError(
            f"{prefix}: what anybody on the way can change proves nothing; it must be https://"
        )
    client = _told(environment, number, "_CLIENT")
    if not client:
        raise ValueError(f"{prefix}_CLIENT is missing")
    domains = _told(environment, number, "_DOMAINS").lower().split(",")
    return Issuer(
        f"firm{number}",
        url.rstrip("/"),
        client,
        _told(environment, number, "_SECRET"),
        _told(environment, number, "_NAME") or address.hostname or url,
        tuple(filter(None, map(str.strip, domains))),
    )

"""E-mail addresses (RFC 5321, RFC 6531), stored in one form so that a person has one membership.

Upper and lower case are the same, though the RFC would let a server tell them apart: none does.
A domain in other letters is stored as the network writes it:

>>> Email.normalize(" Ania.Nowak+shop@Example.PL ", "PL")
'ania.nowak+shop@example.pl'
>>> Email.normalize("поща@пример.бг", "BG")
'поща@xn--e1afmkfd.xn--90ae'

Whether anybody reads it, a message will show; here only what cannot be an address is refused:

>>> [Email.normalize(text, "PL") for text in ("ania", "ania@", "a b@c.pl", "a..b@c.pl", "a@c")]
[None, None, None, None, None]
"""

import re
import unicodedata

from regulars.identifiers.kind import Kind

MAX_LENGTH = 254
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9][a-z0-9-]{0,61}[a-z0-9]"
)


class Email(Kind):
    label = {"en": "E-mail", "pl": "E-mail", "bg": "Имейл"}
    sentence = {
        "en": "an e-mail address",
        "pl": "adres e-mail",
        "bg": "имейл адрес",
    }

    @staticmethod
    def normalize(text: str, region: str) -> str | None:
        if len(text) > MAX_LENGTH:
            return None
        local, _, domain = unicodedata.normalize("NFKC", text).strip().lower().rpartition("@")
        if len(local.encode()) > 64 or not _LOCAL.fullmatch(local):
            return None
        if not domain.isascii():
            try:
                domain = domain.encode("idna").decode().lower()
            except UnicodeError:
                return None
        if not _DOMAIN.fullmatch(domain) or len(local.encode()) + len(domain) >= MAX_LENGTH:
            return None
        return f"{local}@{domain}"

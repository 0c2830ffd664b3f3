"""How a member is reached and proves to be it: an e-mail address, or a telephone where messages go.

Telephones are asked for only where the operator has named a gateway (`kit/sms.py`).
"""

from functools import cache
from typing import NamedTuple
from uuid import UUID

from babel.core import get_global

from regulars.identifiers.resolve import KINDS
from regulars.kit import mail, sms

_LONGEST = 254
_NOWHERE, _WORLD = "ZZ", "001"
_NAME_IN_SMS = 40
_MOBILE = ("MOBILE", "FIXED_LINE_OR_MOBILE")


class Contact(NamedTuple):
    """An identifier that messages can be sent to."""

    kind: str
    value: str

    @property
    def ref(self) -> str:
        """How operations name whoever has it."""
        return f"{self.kind}:{self.value}"

    @property
    def shown(self) -> str:
        """As people write it."""
        if self.kind != "phone":
            return self.value
        import phonenumbers

        number = phonenumbers.parse(self.value)
        shape = phonenumbers.PhoneNumberFormat.INTERNATIONAL
        return str(phonenumbers.format_number(number, shape)).replace(" ", "\u00a0")


def is_offered(kind: str) -> bool:
    """Whether this installation can send there. Where nothing is set up, the trouble with mail
    says so."""
    if kind == "phone":
        return sms.is_set_up()
    return mail.is_set_up() or not sms.is_set_up()


def offered() -> str:
    """``email``, ``phone`` or ``both``."""
    if not is_offered("phone"):
        return "email"
    return "both" if is_offered("email") else "phone"


def read(said: str, timezone: str, kinds: tuple[str, ...] = ("email", "phone")) -> Contact | None:
    """What somebody typed, or nothing where no code can be sent to it.

    What is no mobile telephone of a country that messages go to is none: numbers that cost money
    to be called are what attackers have codes sent to.
    """
    text = said.strip()
    if len(text) > _LONGEST:
        return None
    kind = "email" if "@" in text else "phone"
    if kind not in kinds or not is_offered(kind):
        return None
    value = KINDS[kind].normalize(text, region_of(timezone))
    if value is None or (kind == "phone" and not _takes_messages(value)):
        return None
    return Contact(kind, value)


@cache
def region_of(timezone: str) -> str:
    """The country whose numbers people write without its code: that of the program's clocks.

    >>> region_of("Europe/Sofia"), region_of("Europe/Warsaw"), region_of("UTC")
    ('BG', 'PL', '')
    """
    found = str(get_global("zone_territories").get(timezone, _NOWHERE))
    return "" if found in (_NOWHERE, _WORLD) else found


def _takes_messages(value: str) -> bool:
    import phonenumbers

    number = phonenumbers.parse(value)
    kind = phonenumbers.PhoneNumberType.to_string(phonenumbers.number_type(number))
    return kind in _MOBILE and sms.goes_to(phonenumbers.region_code_for_number(number))


def send(to: Contact, subject: str, text: str, short: str, message_id: UUID) -> None:
    """The whole text by mail, or the short one by message."""
    if to.kind == "email":
        mail.send(to.value, subject, text)
    else:
        sms.send(to.value, short, str(message_id))


def short_name(name: str) -> str:
    """A program's name that leaves room for something else in a message of 70 letters.

    >>> short_name("Klub Wiernych Przyjaciół Osiedlowego Sklepu Spożywczego")
    'Klub Wiernych Przyjaciół Osiedlowego…'
    """
    if len(name) <= _NAME_IN_SMS:
        return name
    return name[:_NAME_IN_SMS].rpartition(" ")[0] + "…"

"""Phone numbers, stored as E.164 (ITU-T recommendation): plus sign, country, number.

What leaves the country open is read as people of the region write it:

>>> Phone.normalize("600 100 200", "PL"), Phone.normalize("0888 123 456", "BG")
('+48600100200', '+359888123456')
>>> Phone.normalize("+359 88 8123456", "PL"), Phone.normalize("0048 600100200", "BG")
('+359888123456', '+48600100200')

What nobody can be called by is no phone number:

>>> Phone.normalize("600 100", "PL")
>>> Phone.normalize("call me", "PL")
"""

import re

from regulars.identifiers.kind import Kind

_SHAPE = re.compile(r"\+?[0-9][0-9 ()./\-\u00a0]{4,30}|\(0?[0-9][0-9 ()./\-\u00a0]{4,30}", re.ASCII)


class Phone(Kind):
    label = {"en": "Phone", "pl": "Telefon", "bg": "Телефон"}
    sentence = {
        "en": "a phone number, with + and the country where it is of another country",
        "pl": "numer telefonu, z + i kierunkowym kraju, jeśli jest zagraniczny",
        "bg": "телефонен номер, с + и код на държавата, ако е чуждестранен",
    }

    @staticmethod
    def normalize(text: str, region: str) -> str | None:
        if not _SHAPE.fullmatch(text):
            return None
        import phonenumbers  # 10 ms and 10 MB that a till with cards only never needs

        try:
            number = phonenumbers.parse(text, region or None)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(number):
            return None
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

"""Host names of organizations' own, each of which leads to one portal."""

import re

_PAIR = re.compile(r"([a-z0-9.-]+\.[a-z]{2,})=([-\w]+)/([-\w]+)")


def domains(text: str) -> dict[str, tuple[str, str]]:
    """Organization and program by host, from ``club.example=shoes/club,...``.

    >>> domains("club.example=shoes/club")
    {'club.example': ('shoes', 'club')}
    >>> domains("")
    {}
    >>> domains("club.example")
    Traceback (most recent call last):
        ...
    ValueError: REGULARS_DOMAINS: write HOST=ORGANIZATION/PROGRAM instead of 'club.example'
    """
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        told = _PAIR.fullmatch(pair)
        if told is None:
            raise ValueError(
                f"REGULARS_DOMAINS: write HOST=ORGANIZATION/PROGRAM instead of {pair!r}"
            )
        found[told[1]] = (told[2], told[3])
    return found

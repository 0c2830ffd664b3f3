"""Cells of files that spreadsheets open. A text is stored as it was given; only on its way out is
it kept from being run as a formula (T23, OWASP "CSV Injection").

A spreadsheet runs a cell that begins with ``= + - @``, or with a tab or line break before one of
them; the full-width forms count too, since some convert them. An apostrophe in front makes it text.
Numbers stay numbers, also negative ones and phone numbers with a plus sign:

>>> neutral("=1+1"), neutral("@SUM(A1)"), neutral("-2+3+cmd|' /C calc'!A0")
("'=1+1", "'@SUM(A1)", "'-2+3+cmd|' /C calc'!A0")
>>> neutral("-12,40"), neutral("+48 600 100 200"), neutral("chleb"), neutral("")
('-12,40', '+48 600 100 200', 'chleb', '')
>>> neutral("\\t=1"), neutral(" =1"), neutral("＝1")
("'\\t=1", "' =1", "'＝1")
"""

import re

_RUNS = re.compile(r"[\s\x00-\x1f\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-][0-9][0-9 .,\u00a0]*")


def neutral(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    if _RUNS.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text

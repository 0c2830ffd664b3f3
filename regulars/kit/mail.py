"""Mail to members and staff, by whatever SMTP server the installation names.

REGULARS_SMTP        smtp://user:password@host:587 (TLS after STARTTLS where the server offers it),
                     smtps://... for TLS from the first byte
REGULARS_MAIL_FROM   the address it comes from
"""

import logging
import os
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from regulars.kit.problems import Problem

log = logging.getLogger("regulars.mail")
_SECONDS = 10
_OF_ONE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)


class NoMail(Problem):
    code = "no_mail"
    status = 503
    title = "Mail cannot be sent at the moment"


class NotThisOne(NoMail):
    """The server is there, and takes no message to this address or of this kind."""


class Letter(NamedTuple):
    to: str
    subject: str
    text: str


def is_set_up() -> bool:
    """Whether somebody has named a mail server."""
    return bool(os.environ.get("REGULARS_SMTP") and os.environ.get("REGULARS_MAIL_FROM"))


def send(to: str, subject: str, text: str) -> None:
    """Hand a message over, or `NoMail`. A password is never sent without TLS."""
    try:
        _hand_over(Letter(to, subject, text))
    except (*_OF_ONE, ValueError) as error:  # ValueError: of a header that cannot be written
        log.error("mail was not taken", extra={"reason": type(error).__name__})
        raise NotThisOne("The mail server did not take it.") from None
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail was not taken", extra={"reason": type(error).__name__})
        raise NoMail("The mail server did not take it.") from None


def send_each[Key](letters: Iterable[tuple[Key, Letter]]) -> Iterator[Key]:
    """Send one after the other, and say of each that was taken. One that is refused holds up no
    other; where the server is away, the rest waits for the next time."""
    for key, letter in letters:
        try:
            send(*letter)
        except NotThisOne:
            continue
        except NoMail:
            return
        yield key


def _hand_over(letter: Letter) -> None:
    server = urlsplit(os.environ.get("REGULARS_SMTP", ""))
    sender = os.environ.get("REGULARS_MAIL_FROM", "")
    if server.scheme not in ("smtp", "smtps") or not server.hostname or not sender:
        log.error("mail is not set up: REGULARS_SMTP and REGULARS_MAIL_FROM")
        raise NoMail("Set REGULARS_SMTP and REGULARS_MAIL_FROM.")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.split("@")[-1])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    secure, secured = ssl.create_default_context(), server.scheme == "smtps"
    with (
        smtplib.SMTP_SSL(server.hostname, server.port or 465, timeout=_SECONDS, context=secure)
        if secured
        else smtplib.SMTP(server.hostname, server.port or 587, timeout=_SECONDS)
    ) as connection:
        connection.ehlo()
        if not secured and connection.has_extn("starttls"):
            connection.starttls(context=secure)
            connection.ehlo()
            secured = True
        if server.username:
            if not secured:
                raise smtplib.SMTPNotSupportedError("no TLS: the password stays here")
            connection.login(unquote(server.username), unquote(server.password or ""))
        connection.send_message(message)

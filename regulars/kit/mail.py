"""Mail to members and staff, by whatever SMTP server the installation names.

REGULARS_SMTP        smtp://user:password@host:587 (TLS after STARTTLS where the server offers it),
                     smtps://... for TLS from the first byte
REGULARS_MAIL_FROM   the address it comes from
"""

import logging
import os
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from regulars.kit.problems import Problem

log = logging.getLogger("regulars.mail")
_SECONDS = 10


class NoMail(Problem):
    code = "no_mail"
    status = 503
    title = "Mail cannot be sent at the moment"


def is_set_up() -> bool:
    """Whether somebody has named a mail server."""
    return bool(os.environ.get("REGULARS_SMTP") and os.environ.get("REGULARS_MAIL_FROM"))


def send(to: str, subject: str, text: str) -> None:
    """Hand a message over, or `NoMail`. A password is never sent without TLS."""
    server = urlsplit(os.environ.get("REGULARS_SMTP", ""))
    sender = os.environ.get("REGULARS_MAIL_FROM", "")
    if server.scheme not in ("smtp", "smtps") or not server.hostname or not sender:
        log.error("mail is not set up: REGULARS_SMTP and REGULARS_MAIL_FROM")
        raise NoMail("Set REGULARS_SMTP and REGULARS_MAIL_FROM.")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=sender.split("@")[-1])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    secure, secured = ssl.create_default_context(), server.scheme == "smtps"
    try:
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
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail was not taken", extra={"reason": type(error).__name__})
        raise NoMail("The mail server did not take it.") from None

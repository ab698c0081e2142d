"""One letter to one address, through the server that EMAIL_URL names; and what it means where it did not go."""

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager
from smtplib import SMTPAuthenticationError, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import sanitize_address
from django.utils import translation

log = logging.getLogger(__name__)
_LONGEST = 200


def spoken(language: str) -> AbstractContextManager[None]:
    """Speak the language of the page that a letter was asked for on, where there is one, or else the site's."""
    return translation.override(language or settings.LANGUAGE_CODE)


class NotSent(Exception):
    """The letter did not go; the message says why, without address and password.

    `again`: the same letter may go later. `others`: the trouble is this letter's, and the next may go now.
    """

    def __init__(self, reason: str, *, again: bool, others: bool) -> None:
        super().__init__(reason)
        self.reason, self.again, self.others = reason, again, others


def send(*, to: str, subject: str, paragraphs: Iterable[str], name: str) -> None:
    """Send plain text. `name` makes its Message-ID: one that goes twice is known as one. Raises NotSent, logged."""
    try:
        sanitize_address(to, "utf-8")
    except ValueError:
        raise _noted(NotSent("its address is none", again=False, others=True), name) from None
    connection, taken = get_connection(), 0
    letter = EmailMessage(
        subject=" ".join(subject.split()),  # a header is one line
        body="\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n",
        to=[to],
        connection=connection,
        # RFC 3834: no holiday notice answers it.
        headers={"Message-ID": f"<{name}@{_domain()}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        with connection:
            taken = letter.send()
    except (SMTPException, OSError) as error:
        if not taken:  # else the server did not say goodbye, and the letter went
            raise _noted(_not_sent(error, to), name) from None


def _noted(found: NotSent, name: str) -> NotSent:
    log.warning("mail %s is not sent: %s; %s", name, found.reason, "tried again" if found.again else "given up")
    return found


def _domain() -> str:
    return str(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].strip(" >")


def _not_sent(error: Exception, to: str) -> NotSent:
    if isinstance(error, SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return NotSent(_said(code, text, to), again=code < 500, others=True)
    if isinstance(error, SMTPDataError):
        return NotSent(_said(error.smtp_code, error.smtp_error, to), again=error.smtp_code < 500, others=True)
    if isinstance(error, SMTPAuthenticationError):  # what a server says of a wrong password may quote it
        return NotSent(f"{error.smtp_code}: user or password is not accepted", again=True, others=False)
    if isinstance(error, SMTPResponseException):
        return NotSent(_said(error.smtp_code, error.smtp_error, to), again=True, others=False)
    return NotSent(_hidden(str(error) or type(error).__name__, to), again=True, others=False)


def _said(code: int, text: bytes | str, to: str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return _hidden(f"{code} {words}", to)


def _hidden(text: str, to: str) -> str:
    for secret in (settings.EMAIL_HOST_PASSWORD, to):
        text = text.replace(secret, "...") if secret else text
    return " ".join(text.split())[:_LONGEST]

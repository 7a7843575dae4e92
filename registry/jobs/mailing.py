"""Send mail through the server that the operator names, and to nobody else's."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from registry.services.deliver_events import Answer
from registry.settings import Settings, is_loopback

TIMEOUT = 20.0
KEPT = 300


class Mailer:
    """Plain text by SMTP (RFC 5321); TLS at once (``smtps``), or by STARTTLS if offered."""

    def __init__(self, settings: Settings) -> None:
        self._server = settings.smtp.get_secret_value()
        self._sender = settings.mail_from

    def __call__(self, mailbox: str, subject: str, text: str, key: str) -> Answer:
        """One attempt; ``key`` makes the message's id the same when it is sent again."""
        if not self._server:
            return Answer(None, "no mail can be sent: INTERLOCK_SMTP is not set")
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, mailbox, subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = make_msgid(key, domain=self._sender.rpartition("@")[2].rstrip(">"))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            with self._open() as connection:
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[mailbox]
            return Answer(code, said.decode("utf-8", "replace")[:KEPT])
        except smtplib.SMTPResponseException as error:
            answer = error.smtp_error
            told = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
            return Answer(error.smtp_code, told[:KEPT])
        except (smtplib.SMTPException, OSError) as error:
            return Answer(None, f"{type(error).__name__}: {error}"[:KEPT])
        return Answer(250)

    def _open(self) -> smtplib.SMTP:
        parts = urlsplit(self._server)
        host, secure = parts.hostname or "", ssl.create_default_context()
        connection: smtplib.SMTP
        if parts.scheme == "smtps":
            connection = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=secure)
        else:
            connection = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
        try:
            connection.ehlo()
            if parts.scheme == "smtp" and connection.has_extn("starttls"):
                connection.starttls(context=secure)
                connection.ehlo()
            plain = not isinstance(connection.sock, ssl.SSLSocket)
            if parts.username and plain and not is_loopback(host):
                raise smtplib.SMTPException(f"{host} offers no TLS; the password is not sent")
            if parts.username:
                connection.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            connection.close()
            raise
        return connection

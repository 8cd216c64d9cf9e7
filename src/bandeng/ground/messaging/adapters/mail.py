"""E-mail over SMTP. Beyond this machine only under TLS: `smtps://`, or `smtp://` with STARTTLS."""

import contextlib
import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from .envelope import Envelope, NotDelivered

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def _message(envelope: Envelope) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = _("A message from %(county)s") % {"county": settings.COUNTY}
    message["From"] = settings.MAIL_FROM
    message["To"] = envelope.to
    # The same for a second try, so that the receiving side can tell that it is one message.
    digest = hashlib.sha256(envelope.idempotency_key.encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{settings.MAIL_FROM.rpartition('@')[2] or 'bandeng'}>"
    message["Date"] = envelope.now
    message["Auto-Submitted"] = "auto-generated"
    message["Idempotency-Key"] = envelope.idempotency_key
    message.set_content(envelope.text)
    return message


def _open(url: SplitResult, timeout: float) -> smtplib.SMTP:
    context, host = ssl.create_default_context(), url.hostname or ""
    if url.scheme == "smtps":
        return smtplib.SMTP_SSL(host, url.port or 465, timeout=timeout, context=context)
    if url.scheme != "smtp" or not host:
        raise NotDelivered("bad_url", is_down=True)
    server = smtplib.SMTP(host, url.port or 587, timeout=timeout)
    try:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif host not in LOOPBACK:
            raise NotDelivered("no_tls", is_down=True)
    except BaseException:
        server.close()
        raise
    return server


def send_mail(envelope: Envelope) -> None:
    """Send one e-mail; return once the server has taken it, else raise NotDelivered."""
    try:
        message = _message(envelope)
    except ValueError:  # a line break in an address
        raise NotDelivered("bad_address", is_final=True) from None
    url = urlsplit(settings.SMTP_URL)
    try:
        server = _open(url, envelope.timeout)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except smtplib.SMTPAuthenticationError:
        raise NotDelivered("sign_in", is_down=True) from None
    except ssl.SSLError:
        raise NotDelivered("tls", is_down=True) from None
    except (OSError, smtplib.SMTPException):  # SMTPException is an OSError; both named for the reader
        raise NotDelivered("refused", is_down=True) from None
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused:
        raise NotDelivered("address_refused") from None
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(f"smtp_{error.smtp_code}") from None
    except OSError:
        raise NotDelivered("no_answer", is_unsure=True, is_down=True) from None
    else:
        with contextlib.suppress(OSError):  # it is taken; how the line ends changes nothing
            server.quit()
    finally:
        server.close()

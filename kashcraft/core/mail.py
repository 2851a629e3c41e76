"""E-mails: rendered from templates, and sent by SMTP, or written to files without a mail server."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template

from kashcraft.core import clock, private_files
from kashcraft.core.email_addresses import ascii_domain, without_links
from kashcraft.core.settings import settings

# Names of template values that customers have typed: nothing in them may become a link.
WRITTEN_BY_PEOPLE = frozenset(
    {"name", "buyer_name", "recipient_name", "message", "address", "lines", "answer"}
)

TO_FILES, TO_MEMORY = "file:", "memory:"
# Timeout for answers of a mail server.
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Attachment:
    """A file attached to an e-mail."""

    name: str
    content: bytes
    subtype: str = "pdf"


class Transport(Protocol):
    """A way to send e-mails."""

    def send(self, email: EmailMessage) -> None:
        """Send an e-mail. Raises OSError or smtplib.SMTPException on failure."""


@dataclass
class MemoryTransport:
    """Collects e-mails in a list, for tests."""

    emails: list[EmailMessage] = field(default_factory=list)

    def send(self, email: EmailMessage) -> None:
        """Add the e-mail to the list."""
        self.emails.append(email)


@dataclass
class FileTransport:
    """Writes each e-mail to ``folder`` as an .eml file, for shops without a mail server.

    E-mails contain secrets, so only the owner of the files can read them.
    """

    folder: Path

    def send(self, email: EmailMessage) -> None:
        """Write the e-mail to a file named by the time and its id."""
        private_files.make_folder(self.folder)
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{email['Message-ID'].strip('<>').split('@')[0]}.eml"
        private_files.write(self.folder / name, email.as_bytes())


@dataclass
class SmtpTransport:
    """Sends through the server of ``url``: smtp://user:password@host:port, or smtps:// for implicit TLS."""

    url: str

    def send(self, email: EmailMessage) -> None:
        """Connect, sign in if the address names a user, send, and disconnect.

        A password is sent over encrypted connections only. Raises smtplib.SMTPException where there is no
        encryption.
        """
        parts = urlsplit(self.url)
        host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
            if secure
            else smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        )
        try:
            server.ehlo_or_helo_if_needed()
            if not secure and server.has_extn("starttls"):
                server.starttls(context=context)
                secure = True
            if parts.username and not secure:
                raise smtplib.SMTPException("the mail server offers no encryption for the password")
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(email)
        finally:
            # The server has answered already, so an error of QUIT does not matter.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()


def is_transport(url: str) -> bool:
    """Return whether a mail address of the settings is valid for ``transport_for``."""
    if url in (TO_FILES, TO_MEMORY):
        return True
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it raises ValueError for what is no port
    except ValueError:
        return False
    extra = parts.path.strip("/") or parts.query or parts.fragment
    return bool(parts.scheme in ("smtp", "smtps") and parts.hostname and not extra)


def transport_for(url: str, folder: Path) -> Transport:
    """Return the transport for a mail address of the settings (``memory:``, ``file:`` or SMTP)."""
    if url == TO_MEMORY:
        return MemoryTransport()
    return SmtpTransport(url) if url.startswith("smtp") else FileTransport(folder)


def compose(
    template: str, *, sender: str, recipient: str, attachments: Sequence[Attachment] = (), **context: Any
) -> EmailMessage:
    """Return the e-mail of ``templates/emails/<template>/`` (subject.txt, body.txt, body.html).

    Texts written by people (``WRITTEN_BY_PEOPLE``) are changed so that mail programs do not link anything in
    them.
    """
    context = {
        name: _without_links(value) if name in WRITTEN_BY_PEOPLE else value for name, value in context.items()
    }
    email = EmailMessage()
    subject = render_template(f"emails/{template}/subject.txt", **context)
    email["Subject"] = " ".join(subject.split())
    email["From"] = sender
    email["To"] = str(Address(addr_spec=ascii_domain(recipient)))
    email["Date"] = format_datetime(clock.now())
    email["Message-ID"] = make_msgid(domain=sender.rsplit("@", 1)[-1].strip("> "))
    email.set_content(render_template(f"emails/{template}/body.txt", **context))
    email.add_alternative(render_template(f"emails/{template}/body.html", **context), subtype="html")
    for item in attachments:
        email.add_attachment(item.content, maintype="application", subtype=item.subtype, filename=item.name)
    return email


def _without_links(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_links(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_links(item) for name, item in value.items()}
    return without_links(value) if isinstance(value, str) else value


def deliver(template: str, *, recipient: str, **context: Any) -> None:
    """Render the e-mail of ``templates/emails/<template>/`` with absolute links, and send it from the shop.

    For use outside of a request. Raises OSError or smtplib.SMTPException when it could not be sent.
    """
    with current_app.test_request_context(base_url=settings().base_url):
        email = compose(template, sender=settings().mail_from, recipient=recipient, **context)
    transport: Transport = current_app.extensions["mail"]
    transport.send(email)


def refused_for_good(error: Exception) -> bool:
    """Return whether a mail server has permanently refused the recipient (5xx)."""
    refused = error.recipients if isinstance(error, smtplib.SMTPRecipientsRefused) else {}
    return bool(refused) and all(500 <= code < 600 for code, _ in refused.values())

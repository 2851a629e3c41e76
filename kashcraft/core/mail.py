"""Letters by e-mail: composed from templates, sent by SMTP, or written to files where none is set up."""

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

# What people typed, by its name in the contexts of e-mails: nothing in it may become a link.
WRITTEN_BY_PEOPLE = frozenset(
    {"name", "buyer_name", "recipient_name", "message", "address", "lines", "answer"}
)

TO_FILES, TO_MEMORY = "file:", "memory:"
# How long a mail server may keep silent.
SECONDS = 10


@dataclass(frozen=True)
class Attachment:
    """A file that travels with a letter."""

    name: str
    content: bytes
    subtype: str = "pdf"


class Transport(Protocol):
    """Something that takes letters away."""

    def send(self, letter: EmailMessage) -> None:
        """Hand the letter over; raises OSError or smtplib.SMTPException when it could not be."""


@dataclass
class MemoryTransport:
    """Keeps letters in a list, for tests."""

    emails: list[EmailMessage] = field(default_factory=list)

    def send(self, letter: EmailMessage) -> None:
        """Keep the letter."""
        self.emails.append(letter)


@dataclass
class FileTransport:
    """Writes each letter to ``folder`` as an .eml file, for shops without a mail server.

    Letters hold secrets, so they are their owner's alone.
    """

    folder: Path

    def send(self, letter: EmailMessage) -> None:
        """Write the letter under the time and its id."""
        private_files.make_folder(self.folder)
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{letter['Message-ID'].strip('<>').split('@')[0]}.eml"
        private_files.write(self.folder / name, letter.as_bytes())


@dataclass
class SmtpTransport:
    """Sends through the server of ``url``: smtp://user:password@host:port, or smtps:// for TLS at once."""

    url: str

    def send(self, letter: EmailMessage) -> None:
        """Open a connection, sign in if the address names a user, send, close.

        A password goes over encrypted connections only; raises smtplib.SMTPException where there is none.
        """
        parts = urlsplit(self.url)
        host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
            if secure
            else smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
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
            server.send_message(letter)
        finally:
            # The message was taken or not; how the server says goodbye changes nothing of that.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()


def is_transport(url: str) -> bool:
    """Return whether ``transport_for`` knows what a mail address in the settings asks for."""
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
    """Return the transport that a mail address in the settings asks for (``memory:``, ``file:`` or SMTP)."""
    if url == TO_MEMORY:
        return MemoryTransport()
    return SmtpTransport(url) if url.startswith("smtp") else FileTransport(folder)


def compose(
    template: str, *, sender: str, recipient: str, attachments: Sequence[Attachment] = (), **context: Any
) -> EmailMessage:
    """Return the letter of ``templates/emails/<template>/`` (subject.txt, body.txt, body.html) with its
    attachments; what people wrote in it (``WRITTEN_BY_PEOPLE``) is shown and never linked.
    """
    context = {
        name: _without_links(value) if name in WRITTEN_BY_PEOPLE else value for name, value in context.items()
    }
    letter = EmailMessage()
    subject = render_template(f"emails/{template}/subject.txt", **context)
    letter["Subject"] = " ".join(subject.split())
    letter["From"] = sender
    letter["To"] = str(Address(addr_spec=ascii_domain(recipient)))
    letter["Date"] = format_datetime(clock.now())
    letter["Message-ID"] = make_msgid(domain=sender.rsplit("@", 1)[-1].strip("> "))
    letter.set_content(render_template(f"emails/{template}/body.txt", **context))
    letter.add_alternative(render_template(f"emails/{template}/body.html", **context), subtype="html")
    for item in attachments:
        letter.add_attachment(item.content, maintype="application", subtype=item.subtype, filename=item.name)
    return letter


def _without_links(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_without_links(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_links(item) for name, item in value.items()}
    return without_links(value) if isinstance(value, str) else value


def deliver(template: str, *, recipient: str, **context: Any) -> None:
    """Compose the letter of ``templates/emails/<template>/``, its links absolute, and send it from the shop.

    Outside a request, as jobs are. Raises OSError or smtplib.SMTPException when it could not be sent.
    """
    with current_app.test_request_context(base_url=settings().base_url):
        letter = compose(template, sender=settings().mail_from, recipient=recipient, **context)
    transport: Transport = current_app.extensions["mail"]
    transport.send(letter)


def refused_for_good(error: Exception) -> bool:
    """Return whether a mail server said that it will never take a message for this address (5xx)."""
    refused = error.recipients if isinstance(error, smtplib.SMTPRecipientsRefused) else {}
    return bool(refused) and all(500 <= code < 600 for code, _ in refused.values())

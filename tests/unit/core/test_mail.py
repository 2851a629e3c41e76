"""E-mails and their transports."""

from __future__ import annotations

import smtplib
import socket
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from kashcraft.core import mail


class Inbox:
    """The handler of a mail server that stores its messages."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], bytes]] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        self.received.append((envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]
        return "250 OK"


class RudeInbox(Inbox):
    """A handler that answers QUIT with an error."""

    async def handle_QUIT(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802
        return "421 Not now"


def email(app: Flask, **more: object) -> object:
    with app.test_request_context(base_url="http://localhost"):
        return mail.compose(
            "account_exists",
            sender="Kashcraft <hello@shop.example>",
            recipient="ada@shop.example",
            name="Ada",
            **more,
        )


def test_an_email_has_a_subject_both_bodies_and_an_id(app: Flask) -> None:
    composed = email(app)

    assert composed["Subject"] == "You already have an account at Kashcraft"
    assert composed["To"] == "ada@shop.example"
    assert composed["Message-ID"].endswith("@shop.example>")
    assert [part.get_content_type() for part in composed.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert "http://localhost/account/sign-in" in composed.get_body(("plain",)).get_content()


def test_attachments_are_added(app: Flask) -> None:
    composed = email(app, attachments=[mail.Attachment("invoice.pdf", b"%PDF-1.7")])

    (attached,) = composed.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("invoice.pdf", b"%PDF-1.7")


@pytest.mark.parametrize(
    ("recipient", "to"),
    [
        ("ada+shawls@shop.example", "ada+shawls@shop.example"),
        ("o'brien@shop.example", "o'brien@shop.example"),
        ("{a}!#$%&*/=?^_`|~@shop.example", "{a}!#$%&*/=?^_`|~@shop.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
    ],
)
def test_odd_addresses_are_written_as_they_are_and_domains_in_ascii(
    app: Flask, recipient: str, to: str
) -> None:
    with app.test_request_context(base_url="http://localhost"):
        composed = mail.compose("account_exists", sender="a@shop.example", recipient=recipient, name="Ada")

    written = message_from_bytes(composed.as_bytes(), policy=policy.default)
    assert [box.addr_spec for box in written["To"].addresses] == [to]


def send_to(inbox: Inbox, app: Flask) -> None:
    """Send an e-mail through a mail server that passes it to ``inbox``."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        mail.SmtpTransport(f"smtp://127.0.0.1:{port}").send(email(app))
    finally:
        server.stop()


def test_emails_are_sent_by_smtp(app: Flask) -> None:
    inbox = Inbox()
    send_to(inbox, app)

    ((recipients, content),) = inbox.received
    assert recipients == ["ada@shop.example"]
    assert (
        message_from_bytes(content, policy=policy.default)["Subject"]
        == "You already have an account at Kashcraft"
    )


def test_an_error_of_quit_does_not_fail_the_delivery(app: Flask) -> None:
    inbox = RudeInbox()
    send_to(inbox, app)

    assert len(inbox.received) == 1


def test_a_password_is_not_sent_to_a_server_without_encryption(app: Flask) -> None:
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port, auth_require_tls=False)
    server.start()
    try:
        with pytest.raises(smtplib.SMTPException, match="no encryption for the password"):
            mail.SmtpTransport(f"smtp://shop:secret@127.0.0.1:{port}").send(email(app))
    finally:
        server.stop()

    assert inbox.received == []


def test_without_a_mail_server_emails_are_written_to_files(app: Flask, tmp_path: Path) -> None:
    mail.transport_for("file:", tmp_path / "mail").send(email(app))

    (file,) = (tmp_path / "mail").glob("*.eml")
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"You already have an account at Kashcraft" in file.read_bytes()


def test_a_line_break_cannot_inject_a_header(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(ValueError, match="CR|invalid|Invalid"):
        mail.compose(
            "account_exists",
            sender="a@shop.example",
            recipient="a@shop.example\nBcc: b@evil.example",
            name="Ada",
        )

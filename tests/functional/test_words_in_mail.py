"""Texts of strangers are not in e-mails without an order, and never links in others."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import meta

from kashcraft.core import jobs, mail
from kashcraft.core.email_addresses import without_links
from tests.architecture.source import ROOT
from tests.factories.people import person
from tests.support import pseudo_locale

LURE = "You won! http://evil.example/x, www.evil.example or prize@evil.example"
# Without the zero-width space that stands in it, each of these is a link to some mail program.
LINKED = re.compile(r"https?://evil|www\.evil|evil\.example|@evil")
FILLED: dict[str, Any] = {
    "user_id": "0190", "email": "ada@shop.example", "claims": ["ada@shop.example", LURE, None, "/checkout"],
    "version": 1, "number": "KC-1", "order_id": "0190", "reason": "", "method": "", "delivery": "Standard",
    "expected": "", "totals": [], "amount": "$1.00", "points": 0, "to_gift_cards": "",
    "only_gift_cards": False, "card_id": str(UUID(int=1)), "design": "", "valid_until": "",
    "shop_address": "Srinagar", "worth": "$1.00", "by_email": False,
    "gifts": [{"told": "", "address": "ada@shop.example"}],
    "days": [{"points": 1, "day": "1 March"}], "tier": "Gold", "rises": True, "count": 1, "left_out": 0,
    "differences": ["a"], "sku": "A", "options": "", "available": 0, "reorder_level": 1,
    "reorder_quantity": 1, "place": "", "url": "", "invitation_id": "0190",
    "name": LURE, "buyer_name": LURE, "recipient_name": LURE, "message": LURE, "answer": LURE,
    "address": [LURE, "Berkeley"],
    "lines": [{"name": "Bowl", "options": LURE, "quantity": 1, "amount": "$1.00"}],
}  # fmt: skip
# Marks of texts, an imported macro, the shop, and the code of a gift card, which TEMPLATE_VALUES reads.
FROM_ELSEWHERE = {"_", "gettext", "ngettext", "mail_line", "shop", "code"}
TEMPLATES = sorted(path.name for path in (ROOT / "templates/emails").iterdir())
# E-mails that a visitor can cause with a known address, without paying.
FREE = {"account_exists", "confirm_email", "password_reset", "payment_failed"}


def composed(app: Flask, template: str) -> str:
    """Return the subject, text and HTML of an e-mail."""
    with app.test_request_context(base_url="http://localhost"):
        email = mail.compose(template, sender="hello@shop.example", recipient="ada@shop.example", **FILLED)
    return "\n".join(
        [str(email["Subject"]), *(part.get_content() for part in email.walk() if not part.is_multipart())]
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_value_of_an_e_mail_is_filled_in(app: Flask, template: str) -> None:
    environment = app.jinja_env
    used = {
        name
        for path in (ROOT / "templates/emails" / template).iterdir()
        for name in meta.find_undeclared_variables(environment.parse(path.read_text()))
    }

    assert used - set(FILLED) - set(environment.globals) - FROM_ELSEWHERE == set(), (
        "add these values to FILLED, with LURE for a text that people type; enter the name of such a value in"
        " WRITTEN_BY_PEOPLE of kashcraft/core/mail.py"
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_e_mail_links_text_of_customers(app: Flask, template: str) -> None:
    assert LINKED.findall(composed(app, template)) == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_e_mail_is_in_one_language(app: Flask, monkeypatch: pytest.MonkeyPatch, template: str) -> None:
    pseudo_locale.speak(app, monkeypatch)
    text = composed(app, template).replace(FILLED["delivery"], "")

    assert pseudo_locale.english(pseudo_locale.read(text)) == []


@pytest.mark.parametrize("template", sorted(FREE))
def test_an_e_mail_without_an_order_contains_no_text_of_strangers(app: Flask, template: str) -> None:
    assert "You won" not in composed(app, template)


def test_a_link_in_a_name_is_not_sent(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    with app.app_context():
        person(email="known@shop.example")
    for address in ("new@shop.example", "known@shop.example"):
        client.post("/account/register", data={"full_name": LURE, "email": address, "next": "/evil.example"})
    with app.app_context():
        jobs.run_due()

    assert [email["To"] for email in sent_emails] == ["new@shop.example", "known@shop.example"]
    assert not [email for email in sent_emails if re.search("won|evil", email.as_string())]


@pytest.mark.parametrize(
    "text", ["Ada B. King", "J.R.R. Tolkien", "St. John's", "No.5 at 1.50", "Emmy Noether, geb. 1882"]
)
def test_names_are_unchanged(text: str) -> None:
    assert without_links(text) == text


def test_a_text_without_links_looks_unchanged() -> None:
    assert without_links(LURE).replace("\u200b", "") == LURE

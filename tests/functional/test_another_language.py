"""With a pseudo language in use, no page shows English words of a text that is marked for translation.

English that remains was translated at import, is cached across languages, or was joined from parts.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kashcraft.accounts.models import Role
from kashcraft.audit.models import AuditEntry
from kashcraft.content import services as content
from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.loyalty.models import RewardType
from tests.conftest import browser
from tests.factories.catalogue import make_category, make_product, make_product_with_variants
from tests.factories.gift_cards import make_card
from tests.factories.members import an_offer, granted, member
from tests.factories.orders import paid, place, stocked
from tests.factories.people import signed_in
from tests.factories.shopping import add_taxes_and_delivery
from tests.factories.vouchers import make_voucher, use
from tests.support import pseudo_locale
from tests.support.shopper import contact

# Texts that staff wrote: names of delivery methods, and a reason.
WRITTEN = re.compile(r"\b(Standard delivery|Standard|Express|For a test)\b")


@pytest.fixture
def loud(app: Flask, frozen: clock.FrozenClock, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The shop in the pseudo language."""
    pseudo_locale.speak(app, monkeypatch)
    return app


def left(answer: TestResponse) -> list[str]:
    """Return the remaining English of a response, on the page and in announcements of htmx."""
    announced = json.loads(answer.headers.get("HX-Trigger", "{}")).get("announce", {}).get("message", "")
    texts = pseudo_locale.read(answer.text) if answer.mimetype == "text/html" else []
    return pseudo_locale.english(WRITTEN.sub("", text) for text in [*texts, announced])


def all_left(client: FlaskClient, paths: list[str], **headers: str) -> dict[str, list[str]]:
    """Return the remaining English by path, without empty results."""
    answers = {
        path: client.get(path, headers=headers, follow_redirects=True, buffered=True) for path in paths
    }
    return {path: found for path, answer in answers.items() if (found := left(answer))}


@pytest.fixture
def ids(loud: Flask) -> dict[str, Any]:
    """A shop with one record of everything, and the parameters of its addresses."""
    with loud.app_context():
        add_taxes_and_delivery()
        shawls = make_category("SHAWLS")
        bowl = make_product("BOWL", categories=[shawls], slug="bowl")
        pheran = make_product_with_variants(
            "PHERAN", categories=[shawls], options={"SIZE": ("S", "M")}, slug="pheran"
        )
        gift = make_product("GIFT", slug="gift-card", sold={"is_gift_card": True}).id
        with step():
            content.save_page(slug="shipping", title="SHIPPING", body="IN A FEW DAYS.")
        asha = member(700, email="asha@shop.example")
        order = paid((stocked(5, name="CUP"), 2), user_id=asha)
        waiting = place((stocked(5, name="POT"), 1), user_id=asha)
        voucher, (card, _) = make_voucher(), make_card(recipient_email="ada@shop.example")
        use(voucher)
        granted(asha, RewardType.DISCOUNT, 500)
        return {
            "slug": {"storefront.help_page": "shipping", "storefront.listing": "shawls", None: "bowl"},
            "number": waiting.number, "paid": order.number, "order_id": order.id, "user_id": asha,
            "voucher_id": voucher.id, "card_id": card.id, "offer_id": an_offer(), "level": "silver",
            "group": "shop",
            "product_id": bowl.id, "bowl": bowl.id, "gift": gift, "pheran": pheran.id,
            "state": "on", "decision": "approve",
            "status": {"backoffice.switch_product": "active", None: "processing"},
        }  # fmt: skip


def addresses(app: Flask, ids: dict[str, Any], method: str, *, office: bool) -> list[str]:
    """Return the address of each route of the office, or of the shop, for which ``ids`` know all parts."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method not in (rule.methods or ()) or rule.endpoint.startswith("backoffice.") is not office:
                continue
            values = {
                name: value.get(rule.endpoint, value[None]) if isinstance(value, dict) else value
                for name, value in ids.items()
            }
            if rule.arguments <= set(values):
                found.append(url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}))
    return found


def test_pages_of_guests_and_customers_contain_no_english(loud: Flask, ids: dict[str, Any]) -> None:
    for client in (browser(loud), signed_in(loud, user_id=ids["user_id"])):
        client.post("/cart/lines", data={"product_id": str(ids["bowl"]), "quantity": "2"})
        pages = addresses(loud, ids, "GET", office=False)

        assert all_left(client, pages) == {}
        assert all_left(client, pages, **{"HX-Request": "true"}) == {}


def test_pages_of_staff_contain_no_english(loud: Flask, ids: dict[str, Any]) -> None:
    owner = signed_in(loud, Role.OWNER)
    with loud.app_context(), step() as session:
        session.execute(sa.delete(AuditEntry))  # the audit log shows stored values as they are

    assert all_left(owner, addresses(loud, ids, "GET", office=True)) == {}


@pytest.mark.parametrize("office", [False, True])
def test_responses_to_empty_forms_contain_no_english(loud: Flask, ids: dict[str, Any], office: bool) -> None:
    client = signed_in(loud, Role.OWNER)
    found = {}
    for path in addresses(loud, ids, "POST", office=office):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.post(path, headers=headers, follow_redirects=True)
            found[path] = left(answer)

    assert {path: texts for path, texts in found.items() if texts} == {}


@pytest.mark.parametrize("country", ["US", "GB", "DE", "IN", "JP"])
def test_address_forms_of_each_country_contain_no_english(
    loud: Flask, ids: dict[str, Any], country: str
) -> None:
    client = browser(loud)
    client.post("/cart/lines", data={"product_id": str(ids["bowl"]), "quantity": "1"})
    empty = dict.fromkeys(contact(country), "") | {"shipping-country": country}
    wrong = contact(country, **{"shipping-postal_code": "?", "shipping-state": "?", "email": "?"})

    for sent in (empty, wrong, {**wrong, "shipping-phone": "?"}):
        assert left(client.post("/checkout/contact", data=sent)) == []


def test_messages_of_cart_changes_contain_no_english(loud: Flask, ids: dict[str, Any]) -> None:
    client = browser(loud)
    for quantity in ("2", "999", "0", "many"):
        for product in ("bowl", "pheran", "gift"):
            sent = {"product_id": str(ids[product]), "quantity": quantity}
            assert left(client.post("/cart/lines", data=sent, headers={"HX-Request": "true"})) == []
            assert left(client.post("/cart/lines", data=sent, follow_redirects=True)) == []

"""A shopper who fills a cart and checks out in a browser, with htmx or with plain forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HERE = {
    "US": {
        "full_name": "Ada Lovelace", "street_address": "1 Main Street", "city": "Berkeley", "state": "CA",
        "postal_code": "94704",
    },
    "GB": {
        "full_name": "Ada Lovelace", "street_address": "10 Downing Street", "city": "London",
        "postal_code": "sw1a 2aa",
    },
    "DE": {
        "full_name": "Emmy Noether", "street_address": "Hauptstraße 1", "street_address2": "Hinterhaus",
        "city": "Berlin", "postal_code": "10115",
    },
    "IN": {
        "full_name": "Rahim Sofi", "street_address": "Boulevard Road", "city": "Srinagar",
        "state": "Jammu and Kashmir", "postal_code": "190001",
    },
    "JP": {
        "full_name": "Hanako Yamada", "street_address": "1-2-3 Marunouchi", "city": "Chiyoda-ku",
        "state": "Tokyo", "postal_code": "100-0005",
    },
    "BR": {
        "full_name": "Ana Souza", "street_address": "Rua do Ouvidor 1", "city": "Rio de Janeiro",
        "state": "RJ", "postal_code": "20040-030",
    },
}  # fmt: skip
PAYS, DECLINES, ASKS, LATER = "4242424242424242", "4000000000000002", "4000000000003220", "4000000000000077"


def address(country: str = "US", part: str = "shipping", **changes: str) -> dict[str, str]:
    """Return an address in a country as its form sends it."""
    values = {**HERE[country], "country": country, **changes}
    return {f"{part}-{name}": value for name, value in values.items()}


def contact(country: str = "US", **changes: str) -> dict[str, str]:
    """Return the contact step as its form sends it."""
    return {"email": "ada@example.com", "same_billing": "y", **address(country), **changes}


def card(number: str = PAYS) -> dict[str, str]:
    """Return the card form of the sandbox."""
    return {"number": number, "expiry": "04/40", "cvc": "123", "name": "Ada Lovelace"}


def text_of(response: TestResponse | str) -> str:
    """Return the text of a page without markup, with single spaces."""
    body = response if isinstance(response, str) else response.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@dataclass
class Shopper:
    """A browser, with or without htmx."""

    client: FlaskClient
    htmx: bool = False

    def headers(self, target: str = "checkout") -> dict[str, str]:
        """Return the headers of a request that swaps the element ``target``."""
        return {"HX-Request": "true", "HX-Target": target} if self.htmx else {}

    def add(self, product_id: UUID, quantity: int = 1, *, anew: bool = False) -> TestResponse:
        """Add a product to the cart; with ``anew`` although an order waits for its payment."""
        data = {"product_id": str(product_id), "quantity": quantity, **({"anew": "1"} if anew else {})}
        return self.client.post("/cart/lines", data=data, headers=self.headers("cart-drawer-body"))

    def post(self, path: str, target: str = "checkout", **data: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data=data, headers=self.headers(target))

    def enter_contact(self, country: str = "US", **changes: str) -> TestResponse:
        """Send the contact step."""
        return self.post("/checkout/contact", **contact(country, **changes))

    def choose_delivery(self, code: str = "standard") -> TestResponse:
        """Send the delivery step."""
        return self.post("/checkout/delivery", delivery=code)

    def checkout(self) -> TestResponse:
        """Open the checkout page."""
        return self.client.get("/checkout")

    def seen(self) -> str:
        """Return the token of the shown total, which the order button sends."""
        found = re.search(r'name="seen" value="([^"]+)"', self.checkout().text)
        assert found, text_of(self.checkout())
        return found[1]

    def place(self, seen: str | None = None) -> TestResponse:
        """Press the order button."""
        return self.post("/checkout/place", seen=seen or self.seen())

    def reach_payment(self, country: str = "US", delivery: str = "standard") -> TestResponse:
        """Fill in both steps and press the order button; return the redirect to the payment."""
        assert self.enter_contact(country).status_code < 400
        assert self.choose_delivery(delivery).status_code < 400
        return self.place()

    def pay(self, target: str, number: str = PAYS) -> TestResponse:
        """Pay with a card on the processor's page; return the final page."""
        return self.client.post(target, data=card(number), follow_redirects=True)


def target_of(response: TestResponse) -> str:
    """Return the target of a redirect, plain or by htmx."""
    return response.headers.get("HX-Redirect") or response.headers["Location"]

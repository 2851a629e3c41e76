"""Visitors of the shop, as browsers without JavaScript."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from bench.servers import EMAIL, PASSWORD
from kashcraft.core.ids import new_id
from tests.support.shopper import card, contact


class Browser:
    """A visitor with one connection, who stores the cookies that are set."""

    def __init__(self, url: str, cookies: str = "") -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._cookies = dict(pair.split("=", 1) for pair in cookies.split("; ") if pair)
        self.payment = ""

    @property
    def cookies(self) -> str:
        """Return the Cookie header of the next request."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def ask(self, method: str, path: str, **form: object) -> tuple[int, str, str]:
        """Return the status, the Location header and the body of an answer.

        Raises RuntimeError where the shop failed or was too busy.
        """
        headers = {"Sec-Fetch-Site": "same-origin"}
        if self._cookies:
            headers["Cookie"] = self.cookies
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        if answer.status >= 500:
            raise RuntimeError(f"{method} {path} answered {answer.status}")
        return answer.status, answer.headers.get("Location", ""), text

    def sign_in(self) -> None:
        """Sign in as the customer of the installation. Raises RuntimeError."""
        status, _, text = self.ask("POST", "/account/sign-in", email=EMAIL, password=PASSWORD)
        if status != 303:
            raise RuntimeError(f"the customer is not signed in: {status} {text[:400]}")

    def add_to_cart(self, product_id: UUID, quantity: int = 1) -> None:
        """Put units of a product into the cart. Raises RuntimeError."""
        status, _, text = self.ask("POST", "/cart/lines", product_id=product_id, quantity=quantity)
        if status != 303:
            raise RuntimeError(f"the product is not in the cart: {status} {text[:400]}")

    def come_to_the_last_click(self, product_id: UUID) -> str:
        """Fill the cart and both steps of the checkout; return the value that the order button sends."""
        self.add_to_cart(product_id)
        self.ask("POST", "/checkout/contact", **contact(email=new_address()))
        self.ask("POST", "/checkout/delivery", delivery="standard")
        found = re.search(r'name="seen" value="([^"]+)"', self.ask("GET", "/checkout")[2])
        if found is None:
            raise RuntimeError("the checkout has no order button")
        return found[1]

    def place(self, seen: str) -> bool:
        """Press the order button; return whether the answer leads to the payment."""
        status, target, _ = self.ask("POST", "/checkout/place", seen=seen)
        self.payment = target
        return status == 303 and "/sandbox/pay/" in target

    def pay(self) -> bool:
        """Pay the order that was placed; return whether that leads to its page."""
        self.ask("GET", self.payment)
        back = self.ask("POST", self.payment, **card())[1]
        thanks = self.ask("GET", back)[1]
        return thanks.startswith("/orders/KC-") and self.ask("GET", thanks)[0] == 200


def new_address() -> str:
    """Return the e-mail address of a new buyer: what one may hold without paying is limited."""
    return f"{new_id().hex}@shop.example"

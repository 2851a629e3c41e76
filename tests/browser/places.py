"""The kinds of pages that the shop has, and how a browser gets to each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from playwright.sync_api import APIResponse, Browser, BrowserContext

from tests.support.shopper import ASKS, DECLINES, LATER, PAYS, card, contact

PASSWORD = "saffron-and-walnut"
TEA, SAFFRON = "/p/kahwa-tea-tin", "/p/saffron-jar"
# What everybody may open, with the status of the answer.
PUBLIC = {
    "home": ("/", 200),
    "all pieces": ("/products", 200),
    "listing": ("/c/pashmina-shawls", 200),
    "listing, filtered": ("/c/walnut-wood?in_stock=1&sort=price", 200),
    "listing, nothing fits": ("/products?price_from=99999&price_to=99999", 200),
    "product": ("/p/kani-shawl-madder", 200),
    "product with choices": ("/p/embroidered-slippers", 200),
    "gift card": ("/p/gift-card", 200),
    "gift card's balance": ("/gift-cards/balance", 200),
    "product, sold out": ("/p/walnut-bookends-chinar", 200),
    "search": ("/search?q=shawl", 200),
    "search, nothing found": ("/search?q=zzzz", 200),
    "search, nothing asked": ("/search", 200),
    "help": ("/help/shipping", 200),
    "deliver to": ("/deliver-to", 200),
    "listing, a price refused": ("/products?price_from=abc", 422),
    "empty bag": ("/cart", 200),
    "sign in": ("/account/sign-in?notice=sign_in_first", 200),
    "register": ("/account/register", 200),
    "forgot password": ("/account/forgot", 200),
    "outdated link": ("/account/confirm/gone", 404),
    "find an order": ("/orders/find", 200),
    "not found": ("/nowhere", 404),
}
CART = ("bag", "checkout, contact", "checkout, delivery", "checkout, payment")
PAYING = (
    "checkout, not paid", "checkout, declined", "card", "card, confirm", "waiting for the bank",
    "guest's order", "invoice", "unpaid order",
)  # fmt: skip
MEMBER = ("account", "orders", "no orders", "member's order", "points")
STAFF = ("back office", "orders to send", "stock that runs low", "returns", "an order for staff")
CODES = (
    "vouchers", "campaigns", "new voucher", "a voucher", "a voucher's codes", "gift cards",
    "issue gift cards", "gift cards in figures", "a gift card",
)  # fmt: skip
LOYALTY = ("loyalty", "members", "a member for staff", "tiers", "a tier", "rewards for points", "new reward")
NAMES = (*PUBLIC, *CART, *PAYING, *MEMBER, *STAFF, *CODES, *LOYALTY)


@dataclass(frozen=True)
class Place:
    """An address, the cookies to open it with, and the status of its answer."""

    path: str
    state: Any = None
    status: int = 200


class Visitor:
    """A visitor without JavaScript, who fills a cart and checks out by plain requests."""

    def __init__(self, chrome: Browser, base_url: str) -> None:
        self.base_url = base_url
        self.context: BrowserContext = chrome.new_context(
            base_url=base_url, extra_http_headers={"Sec-Fetch-Site": "same-origin"}
        )
        # Each visitor has its own address, because a buyer may leave only a few orders unpaid.
        self.contact = contact(email=f"{token_hex(6)}@example.com")

    def get(self, path: str) -> APIResponse:
        """Open a page."""
        return self.context.request.get(path)

    def post(self, path: str, **form: str) -> APIResponse:
        """Send a form and follow where it leads."""
        answer = self.context.request.post(path, form=form)
        assert answer.ok, f"{path}: {answer.status}"
        return answer

    def add(self, path: str) -> None:
        """Add the product of a page to the cart."""
        found = re.search(r'name="product_id" value="([^"]+)"', self.get(path).text())
        assert found, path
        self.post("/cart/lines", product_id=found[1], quantity="1")

    def place(self) -> str:
        """Check out the cart; return the address of the card page."""
        self.post("/checkout/contact", **self.contact)
        self.post("/checkout/delivery", delivery="standard")
        seen = re.search(r'name="seen" value="([^"]+)"', self.get("/checkout").text())
        assert seen
        return self.post("/checkout/place", seen=seen[1]).url

    def at(self, path: str) -> Place:
        """Return the place that this visitor sees at a path."""
        return Place(path.removeprefix(self.base_url), self.context.storage_state())


def prepare(chrome: Browser, base_url: str) -> dict[str, Place]:
    """Return every place by its name."""
    found = {name: Place(path, None, status) for name, (path, status) in PUBLIC.items()}
    found |= _cart_places(Visitor(chrome, base_url))
    found |= _unpaid(Visitor(chrome, base_url))
    found |= _declined(Visitor(chrome, base_url))
    found |= _asked(Visitor(chrome, base_url))
    found |= _late(Visitor(chrome, base_url))
    found |= _paid(Visitor(chrome, base_url))
    found |= _member(Visitor(chrome, base_url))
    found |= _staff(Visitor(chrome, base_url))
    found |= _codes(Visitor(chrome, base_url))
    found |= _loyalty(Visitor(chrome, base_url))
    assert set(found) == set(NAMES)
    return found


def _cart_places(guest: Visitor) -> dict[str, Place]:
    guest.add(TEA)
    guest.add(SAFFRON)
    cart, first = guest.at("/cart"), guest.at("/checkout")
    guest.post("/checkout/contact", **guest.contact)
    second = guest.at("/checkout?step=delivery")
    guest.post("/checkout/delivery", delivery="standard")
    third = guest.at("/checkout")
    first = Place("/checkout?step=contact", third.state)
    return dict(zip(CART, (cart, first, second, third), strict=True))


def _unpaid(guest: Visitor) -> dict[str, Place]:
    guest.add(TEA)
    pay = guest.place()
    return {"checkout, not paid": guest.at("/checkout"), "card": guest.at(pay)}


def _declined(guest: Visitor) -> dict[str, Place]:
    guest.add(TEA)
    guest.post(guest.place(), **card(DECLINES))
    return {"checkout, declined": guest.at("/checkout")}


def _asked(guest: Visitor) -> dict[str, Place]:
    guest.add(TEA)
    return {"card, confirm": guest.at(guest.post(guest.place(), **card(ASKS)).url)}


def _late(guest: Visitor) -> dict[str, Place]:
    guest.add(TEA)
    waiting = guest.post(guest.place(), **card(LATER))
    order = re.search(r'href="(/orders/[^"]+)"', waiting.text())
    assert order
    return {
        "waiting for the bank": guest.at(waiting.url),
        "unpaid order": guest.at(order[1].replace("&amp;", "&")),
    }


def _paid(guest: Visitor) -> dict[str, Place]:
    guest.add(TEA)
    order = guest.post(guest.place(), **card(PAYS))
    invoice = re.search(r'href="(/orders/[^"]+/invoice[^"]*)"', order.text())
    assert invoice, order.url
    return {"guest's order": guest.at(order.url), "invoice": guest.at(invoice[1].replace("&amp;", "&"))}


def _member(member: Visitor) -> dict[str, Place]:
    member.post("/account/sign-in", email="eleanor.whitfield@example.com", password=PASSWORD)
    order = re.search(r'href="(/orders/KC-[^"]+)"', member.get("/account/orders").text())
    assert order
    paths = ("/account/", "/account/orders", order[1], "/account/loyalty")
    names = ("account", "orders", "member's order", "points")
    return dict(zip(names, map(member.at, paths), strict=True))


def _staff(owner: Visitor) -> dict[str, Place]:
    owner.post("/account/sign-in", email="owner@kashcraft.example", password=PASSWORD)
    order = re.search(r'href="(/backoffice/orders/[0-9a-f-]{36})"', owner.get("/backoffice/orders").text())
    assert order
    paths = ("/backoffice/", "/backoffice/orders", "/backoffice/stock", "/backoffice/returns", order[1])
    found = dict(zip(STAFF, map(owner.at, paths), strict=True))
    return found | {"no orders": owner.at("/account/orders")}


def _codes(owner: Visitor) -> dict[str, Place]:
    owner.post("/account/sign-in", email="owner@kashcraft.example", password=PASSWORD)
    office = "/backoffice/vouchers"
    terms = {"discount_type": "percentage", "discount_value": "10", "is_active": "y", "key": "places"}
    dates = {"start_date": "2020-01-01T00:00", "expires_at": "2099-12-31T00:00"}
    voucher = owner.post(f"{office}/new", name="Welcome", campaign="Letters", **terms, **dates).url
    voucher = voucher.partition("?")[0].removeprefix(owner.base_url)
    owner.post(f"{voucher}/codes", count="3", max_usages="1", key="places")
    cards = "/backoffice/gift-cards"
    card = re.search(rf'href="({cards}/[0-9a-f-]{{36}})"', owner.get(cards).text())
    assert card
    paths = (
        office, f"{office}/campaigns", f"{office}/new", voucher, f"{voucher}/codes", cards, f"{cards}/issue",
        f"{cards}/figures", card[1],
    )  # fmt: skip
    return dict(zip(CODES, map(owner.at, paths), strict=True))


def _loyalty(owner: Visitor) -> dict[str, Place]:
    owner.post("/account/sign-in", email="owner@kashcraft.example", password=PASSWORD)
    office = "/backoffice/loyalty"
    found = re.search(rf'href="({office}/members/[0-9a-f-]{{36}})"', owner.get(f"{office}/members").text())
    assert found
    paths = (
        office, f"{office}/members", found[1], f"{office}/tiers", f"{office}/tiers/silver",
        f"{office}/offers", f"{office}/offers/new",
    )  # fmt: skip
    return dict(zip(LOYALTY, map(owner.at, paths), strict=True))

"""No page scans a growing table, on either database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import aliased

from kashcraft.accounts.models import Role, User
from kashcraft.core import clock, jobs, passwords
from kashcraft.core.db import Base, db
from kashcraft.core.jobs.relay import enqueue_scheduled
from kashcraft.wiring import SCHEDULES
from tests.conftest import browser
from tests.factories.people import signed_in
from tests.factories.shopping import add_product, add_sized_product, add_taxes_and_delivery, customer
from tests.support.plans import recorded
from tests.support.shopper import Shopper, target_of

# A few rows each, however large the shop is.
FIXED = {
    "catalogue_version", "categories", "loyalty_tiers", "menu_items", "page_redirects", "pages", "settings",
    "shipping_methods", "shipping_rate_bands", "shipping_zone_countries", "shipping_zones",
    "staff_invitations", "tax_rates", "user_roles",
}  # fmt: skip
PASSWORD = "seven carpets fly"


@dataclass
class Visit:
    """A shop with a few products, a guest in the checkout, a member, and a member of staff."""

    app: Flask
    sold: UUID
    guest: Shopper
    member: Shopper
    staff: Shopper

    def order_page(self) -> str:
        """Order something as a guest and return the address of its page."""
        self.guest.add(self.sold)
        return self.guest.pay(target_of(self.guest.reach_payment())).request.path

    def ready(self, shopper: Shopper) -> None:
        """Fill a cart and both steps of the checkout."""
        shopper.add(self.sold)
        shopper.enter_contact()
        shopper.choose_delivery()


@pytest.fixture
def visit(app: Flask) -> Visit:
    with app.app_context():
        add_taxes_and_delivery()
        sold = add_product("Copper bowl", price=4000)
        add_sized_product("Pheran")
        ada = customer(password_hash=passwords.hash_password(PASSWORD))
    return Visit(
        app,
        sold,
        Shopper(browser(app)),
        Shopper(signed_in(app, user_id=ada)),
        Shopper(signed_in(app, Role.OWNER)),
    )


def get(path: str) -> Callable[[Visit], Callable[[], object]]:
    """Return a request of a page by a guest, after a first request."""

    def prepare(visit: Visit) -> Callable[[], object]:
        visit.guest.client.get(path)
        return lambda: visit.guest.client.get(path)

    return prepare


def of_member(path: str) -> Callable[[Visit], Callable[[], object]]:
    """Return a request of a page by a member with an order."""

    def prepare(visit: Visit) -> Callable[[], object]:
        visit.member.add(visit.sold)
        visit.member.pay(target_of(visit.member.reach_payment()))
        return lambda: visit.member.client.get(path)

    return prepare


def of_staff(path: str) -> Callable[[Visit], Callable[[], object]]:
    """Return a request of a page of the back office."""

    def prepare(visit: Visit) -> Callable[[], object]:
        visit.order_page()
        return lambda: visit.staff.client.get(path)

    return prepare


def order_page(visit: Visit) -> Callable[[], object]:
    """Return a request of a guest's order by its signed link."""
    visit.guest.add(visit.sold)
    page = visit.guest.pay(target_of(visit.guest.reach_payment()))
    return lambda: visit.guest.client.get(page.request.full_path)


def cart(visit: Visit) -> Callable[[], object]:
    """Return a request of a cart that is not empty."""
    visit.guest.add(visit.sold)
    return lambda: visit.guest.client.get("/cart")


def add_again(visit: Visit) -> Callable[[], object]:
    """Return the second addition of the same product."""
    visit.guest.add(visit.sold)
    return lambda: visit.guest.add(visit.sold)


def checkout(visit: Visit) -> Callable[[], object]:
    """Return a request of a completed checkout."""
    visit.ready(visit.guest)
    return lambda: visit.guest.checkout()


def member_checkout(visit: Visit) -> Callable[[], object]:
    """Return the first step of a member's checkout, with the address book."""
    visit.member.add(visit.sold)
    return lambda: visit.member.checkout()


def steps(visit: Visit) -> Callable[[], object]:
    """Return both steps of the checkout as they are sent."""
    visit.guest.add(visit.sold)
    return lambda: (visit.guest.enter_contact(), visit.guest.choose_delivery())


def place(visit: Visit) -> Callable[[], object]:
    """Return the placing of an order."""
    visit.ready(visit.guest)
    seen = visit.guest.seen()
    return lambda: visit.guest.place(seen)


def pay(visit: Visit) -> Callable[[], object]:
    """Return the payment, with the processor's webhook and the way back."""
    visit.guest.add(visit.sold)
    target = target_of(visit.guest.reach_payment())
    return lambda: visit.guest.pay(target)


def sign_in(visit: Visit) -> Callable[[], object]:
    """Return the sign-in of a guest with a cart."""
    visit.member.add(visit.sold)
    visit.guest.add(visit.sold)
    credentials = {"email": "ada@example.com", "password": PASSWORD}
    return lambda: visit.guest.client.post("/account/sign-in", data=credentials)


def register(visit: Visit) -> Callable[[], object]:
    """Return two registrations with the same address."""
    ada = {"full_name": "Ada", "email": "new@shop.example", "password": PASSWORD}
    return lambda: [visit.guest.client.post("/account/register", data=ada) for _ in range(2)]


def forgot(visit: Visit) -> Callable[[], object]:
    """Return the request of a reset link."""
    return lambda: visit.guest.client.post("/account/forgot", data={"email": "ada@example.com"})


def find(visit: Visit) -> Callable[[], object]:
    """Return the search for an order by number and address."""
    number = visit.order_page().rpartition("/")[2]
    asked = {"number": number, "email": "ada@example.com"}
    return lambda: visit.guest.client.post("/orders/find", data=asked)


def work(visit: Visit) -> Callable[[], object]:
    """Return a round of the worker, with what is scheduled for every hour or more often.

    What runs once a day goes through the books on purpose.
    """
    visit.order_page()
    often = [schedule for schedule in SCHEDULES if schedule.every <= 3600]

    def run() -> None:
        with visit.app.app_context(), clock.frozen(clock.now()) as stopped:
            enqueue_scheduled(often)
            jobs.run_due()
            stopped.advance(hours=1)
            enqueue_scheduled(often)
            jobs.run_due()

    return run


PAGES: dict[str, Callable[[Visit], Callable[[], object]]] = {
    "home": get("/"),
    "listing": get("/products"),
    "listing with facets": get("/products?price=2000-8000&in_stock=1&sort=price"),
    "product": get("/p/copper-bowl"),
    "family": get("/p/pheran"),
    "search": get("/search?q=bowl"),
    "help": get("/help/shipping"),
    "moved": get("/p/was-elsewhere"),
    "cart": cart,
    "add to cart": lambda visit: lambda: visit.guest.add(visit.sold),
    "add to cart again": add_again,
    "checkout": checkout,
    "a member's checkout": member_checkout,
    "steps of the checkout": steps,
    "place": place,
    "pay": pay,
    "order": order_page,
    "find an order": find,
    "my orders": of_member("/account/orders"),
    "account": of_member("/account/"),
    "sign in": sign_in,
    "register": register,
    "forgot": forgot,
    "back office": of_staff("/backoffice/"),
    "back office orders": of_staff("/backoffice/orders"),
    "back office stock": of_staff("/backoffice/stock"),
    "back office audit log": of_staff("/backoffice/audit"),
    "back office staff": of_staff("/backoffice/staff"),
    "back office returns": of_staff("/backoffice/returns?tab=all&sort=order"),
    "back office returns found": of_staff("/backoffice/returns?tab=answer&find=ada"),
    "worker": work,
}


@pytest.mark.parametrize("name", PAGES)
def test_no_growing_table_is_scanned(app: Flask, visit: Visit, name: str) -> None:
    send = PAGES[name](visit)
    with app.app_context():
        engine = db.engine
    with recorded(engine) as recording:
        send()

    growing = set(Base.metadata.tables) - FIXED
    assert recording.statements
    assert [(table, text) for table, text in recording.scans() if table in growing] == [], (
        "give the table an index that this statement uses, or enter it in FIXED if it has a few rows for ever"
    )


def test_a_scan_is_detected_under_any_alias(database: Flask) -> None:
    strangers = aliased(User)
    with recorded(db.engine) as recording:
        db.session.execute(sa.select(strangers.id).where(strangers.full_name == "Nobody"))
        db.session.execute(sa.select(User.id).where(User.email_key == "ada@shop.example"))

    assert [table for table, _ in recording.scans()] == ["users"]

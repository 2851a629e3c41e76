"""What others buy shows on a page that is open, within seconds and without a reload."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from kashcraft import config, create_app
from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.inventory import services
from kashcraft.inventory.models import HolderKind
from tests.browser.conftest import OpenPage
from tests.factories.catalogue import make_product_with_variants, variants_of
from tests.factories.orders import stocked
from tests.support import axe, server

SECONDS = 15_000


@pytest.fixture(scope="module")
def back_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The shop's database, seen from beside the shop, which is another process."""
    instance = tmp_path_factory.mktemp("live")
    server.flask("db", "upgrade", variables=server.environment(instance))
    app = create_app(config.load({}, instance_path=instance))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def base_url(back_room: Flask) -> Iterator[str]:
    """The address of a shop of its own, because the stock of the demo shop is for other tests."""
    with server.running(Path(back_room.instance_path)) as running:
        yield running.url


@contextmanager
def behind(back_room: Flask) -> Iterator[None]:
    with back_room.app_context():
        yield
        db.session.remove()


def add_product(back_room: Flask, name: str, units: int) -> UUID:
    with behind(back_room):
        return stocked(units, name=name).id


def change(back_room: Flask, product_id: UUID, by: int) -> None:
    """Change the stock outside of the page."""
    with behind(back_room), step():
        services.adjust(product_id=product_id, change=by, key=str(new_id()))


def look_again(page: Page) -> None:
    """Come back to the page, which then asks sooner."""
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_a_product_page_follows_the_stock(back_room: Flask, open_page: OpenPage) -> None:
    bowl = add_product(back_room, "Walnut bowl", 12)
    page = open_page()
    page.goto("/p/walnut-bowl")
    note, panel = page.locator(".buy .stock"), page.locator("live-stock")
    quantity = page.get_by_role("spinbutton", name="Quantity", exact=True)
    quantity.fill("5")
    expect(note).to_have_text("In stock")

    change(back_room, bowl, -10)
    look_again(page)
    expect(note).to_have_text("Only 2 left", timeout=SECONDS)
    expect(note).to_have_attribute("data-state", "low")
    expect(panel.get_by_role("status")).to_have_text("Only 2 left")
    expect(quantity).to_have_value("2")

    change(back_room, bowl, -2)
    look_again(page)
    expect(note).to_have_text("Sold out", timeout=SECONDS)
    expect(page.get_by_role("button", name="Sold out")).to_be_disabled()
    expect(quantity).to_be_hidden()
    assert axe.violations(page) == []

    change(back_room, bowl, 1)
    look_again(page)
    expect(note).to_have_text("Only 1 left", timeout=SECONDS)
    page.get_by_role("button", name="Add to bag").click()
    expect(page.locator("#cart-drawer .line")).to_contain_text("Walnut bowl")


def test_units_held_by_others_are_shown_as_reserved(back_room: Flask, open_page: OpenPage) -> None:
    carpet, holder = add_product(back_room, "Silk carpet", 1), new_id()
    page = open_page()
    page.goto("/p/silk-carpet")
    note, status = page.locator(".buy .stock"), page.locator("live-stock").get_by_role("status")
    with behind(back_room), step():
        services.hold(
            holder_kind=HolderKind.QUICK_CHECKOUT,
            holder_id=holder,
            lines=[(carpet, 1)],
            expires_at=clock.now() + timedelta(seconds=470),
        )
    look_again(page)
    said = "Somebody is paying for it now. Look again in 8 minutes."
    expect(note).to_have_text(said, timeout=SECONDS)
    expect(note).to_have_attribute("data-state", "held")
    expect(status).to_have_text(said)
    expect(page.get_by_role("button", name="Reserved for now")).to_be_disabled()
    assert axe.violations(page) == []
    page.reload()
    expect(note).to_have_text(said)

    with behind(back_room), step():
        services.release(holder_kind=HolderKind.QUICK_CHECKOUT, holder_id=holder)
    look_again(page)
    expect(note).to_have_text("Only 1 left", timeout=SECONDS)
    expect(page.get_by_role("button", name="Add to bag")).to_be_enabled()


def test_other_variants_follow_the_stock(back_room: Flask, open_page: OpenPage) -> None:
    with behind(back_room):
        choices = variants_of(
            make_product_with_variants("Pheran", options={"Size": ("S", "M", "L")}, stocks=(9, 9, 0))
        )
        small, medium, large = (one.id for one in choices)
    page = open_page()
    page.goto(f"/p/pheran?choice={small}")
    pills = page.locator(".pill")
    expect(pills).to_have_text(["S", "M", "L, sold out"])

    change(back_room, medium, -9)
    change(back_room, large, 4)
    look_again(page)
    expect(pills).to_have_text(["S", "M, sold out", "L"], timeout=SECONDS)
    expect(pills.nth(1)).to_have_attribute("title", "sold out")
    expect(page.locator(".buy .stock")).to_have_text("In stock")
    assert axe.violations(page) == []

    page.get_by_role("radio", name="L", exact=True).check()
    expect(page.locator(".pills__chosen")).to_have_text("L")
    expect(page.get_by_role("button", name="Add to bag")).to_be_enabled()


def test_an_open_drawer_follows_the_stock_and_keeps_the_focus(back_room: Flask, open_page: OpenPage) -> None:
    kettle = add_product(back_room, "Copper kettle", 9)
    page = open_page()
    page.goto("/p/copper-kettle")
    page.get_by_role("spinbutton", name="Quantity", exact=True).fill("4")
    with page.expect_response(re.compile(f"/stock.*{kettle}:4")):
        page.get_by_role("button", name="Add to bag").click()
    link = page.get_by_role("link", name="View bag")
    link.focus()

    change(back_room, kettle, -6)
    look_again(page)
    note = page.locator("#cart-drawer .line__note")
    expect(note).to_have_text("Only 3 left; your bag asks for 4.", timeout=SECONDS)
    expect(link).to_be_focused()
    expect(page.get_by_role("link", name="Checkout")).to_have_count(0)

    page.keyboard.press("Escape")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if f"{kettle}:4" in request.url else None)
    look_again(page)
    page.wait_for_timeout(3_000)
    assert asked == []


def test_a_button_keeps_the_focus_when_the_product_sells_out(back_room: Flask, open_page: OpenPage) -> None:
    jar = add_product(back_room, "Saffron jar", 1)
    page = open_page()
    page.goto("/p/saffron-jar")
    page.get_by_role("button", name="Add to bag").focus()
    change(back_room, jar, -1)
    look_again(page)
    button = page.get_by_role("button", name="Sold out")
    expect(button).to_be_focused(timeout=SECONDS)


def test_an_open_cart_is_reloaded_only_when_it_changes(back_room: Flask, open_page: OpenPage) -> None:
    shawl = add_product(back_room, "Kani shawl", 9)
    page = open_page()
    page.goto("/p/kani-shawl")
    page.get_by_role("spinbutton", name="Quantity", exact=True).fill("4")
    page.get_by_role("button", name="Add to bag").click()
    expect(page.locator("#cart-drawer .line")).to_be_visible()
    with page.expect_response("**/stock?*"):
        page.goto("/cart")
    page.evaluate("document.querySelector('#cart').dataset.first = 'yes'")

    change(back_room, shawl, -3)
    with page.expect_response("**/stock?*") as unseen:
        look_again(page)
    assert unseen.value.status == 304
    expect(page.locator("#cart")).to_have_attribute("data-first", "yes")

    change(back_room, shawl, -3)
    look_again(page)
    expect(page.locator("#cart .line__note")).to_have_text(
        "Only 3 left; your bag asks for 4.", timeout=SECONDS
    )
    expect(page.locator("#announcements")).to_contain_text("Something in your bag has sold out")
    assert page.evaluate("document.activeElement === document.body")
    assert axe.violations(page) == []


def test_a_hidden_page_sends_no_requests(back_room: Flask, open_page: OpenPage) -> None:
    add_product(back_room, "Copper pot", 3)
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/stock" in request.url else None)
    with page.expect_response("**/stock?*"):
        page.goto("/p/copper-pot")
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    page.wait_for_timeout(11_000)
    assert len(asked) == 1
    with page.expect_request("**/stock?*", timeout=SECONDS):
        page.evaluate("""() => {
            delete document.hidden;
            document.dispatchEvent(new Event("visibilitychange"));
        }""")

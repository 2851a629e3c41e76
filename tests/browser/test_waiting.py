"""Amounts are dimmed while they are loaded, and reset when that fails."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import journey
from tests.browser.conftest import PHONE, OpenPage, Watched
from tests.browser.test_second_press import slow_down


def test_an_old_price_is_dimmed_while_the_new_one_is_loaded(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    page.goto("/p/copper-samovar")
    slow_down(page)
    price, panel = page.locator("#buy .price").first, page.locator("#buy")

    page.locator("#buy .pill").last.click()

    expect(panel).to_have_attribute("aria-busy", "true", timeout=500)
    expect(price).to_have_css("opacity", "0.4", timeout=500)
    expect(panel).not_to_have_attribute("aria-busy", "true")
    expect(price).to_have_css("opacity", "1")


def test_a_quantity_that_could_not_be_sent_is_reset(open_page: OpenPage, watched: Watched) -> None:
    page = open_page(PHONE, motion=False)
    journey.fill_cart(page, ("knitted-cap", "silver-hoops"))
    page.goto("/cart")
    page.route(re.compile("/cart/lines/"), lambda route: route.abort())
    quantity = page.locator("#lines").get_by_role("spinbutton").first

    page.locator("#lines [data-step='1']").first.click()

    expect(page.locator("#announcements")).to_contain_text("There is no connection.")
    expect(quantity).to_have_value("1")
    expect(page.locator("#cart")).not_to_have_attribute("aria-busy", "true")
    watched.complaints.clear()


def test_a_quantity_above_the_stock_becomes_the_stock(open_page: OpenPage, watched: Watched) -> None:
    watched.expected.add(422)
    page = open_page(PHONE, motion=False)
    journey.fill_cart(page, ("silver-hoops",))
    page.goto("/cart")
    quantity = page.locator("#lines").get_by_role("spinbutton")
    left = quantity.get_attribute("max")

    quantity.fill("500")
    quantity.press("Enter")

    expect(quantity).to_have_value(left or "")
    expect(page.locator("#lines .line__note").first).to_contain_text(
        re.compile(f"Only {left} left|At most {left} of this")
    )

    quantity.fill("")
    quantity.press("Enter")

    expect(page.locator("#lines .error-summary")).to_contain_text("Nothing in your bag was changed.")


def test_the_drawer_opens_at_the_added_item(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    journey.fill_cart(page)
    page.goto("/p/turquoise-pendant")
    page.locator(".buy__row").get_by_role("button", name="Add to bag").click()
    added = page.locator("#cart-drawer [data-added]")
    expect(added).to_be_in_viewport(ratio=0.9)

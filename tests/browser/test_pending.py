"""Changes made while a response is pending are not lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched
from tests.browser.test_second_press import LATENCY, posts_of, slow_down

CAP, HOOPS = "Knitted cap", "Silver hoops"


@pytest.fixture
def cart_page(open_page: OpenPage) -> Page:
    """A phone with three products in its cart."""
    page = open_page(PHONE, motion=False)
    journey.fill_cart(page, ("knitted-cap", "silver-hoops", "dalgate-glazed-bowl"))
    page.goto("/cart")
    return page


def line(page: Page, name: str) -> Locator:
    """Return the line of a product."""
    return page.locator("#lines > .line", has_text=name)


def more(page: Page, name: str) -> Locator:
    """Return the button that asks for one more."""
    return line(page, name).locator("[data-step='1']")


def quantity(page: Page, name: str) -> Locator:
    """Return the field of a line."""
    return line(page, name).get_by_role("spinbutton")


@pytest.mark.parametrize("wait", [0, 300, 450, 900])
def test_the_checkout_shows_a_change_made_just_before(cart_page: Page, wait: int) -> None:
    sent = posts_of(cart_page, "/cart/lines/")
    slow_down(cart_page)
    more(cart_page, CAP).click()
    cart_page.wait_for_timeout(wait)

    cart_page.locator("#bar-checkout").click()

    cart_page.wait_for_url("**/checkout")
    summary = cart_page.locator("#order-summary .line", has_text=CAP)
    expect(summary).to_contain_text("2 items")
    assert len(sent) == 1


def test_a_refused_change_stays_on_the_cart_page(cart_page: Page, watched: Watched) -> None:
    watched.expected.add(422)
    slow_down(cart_page)
    field = quantity(cart_page, CAP)
    field.fill("1000")
    cart_page.locator("#bar-checkout").click()

    expect(cart_page.locator("#cart-problem")).to_be_visible()
    cart_page.wait_for_timeout(LATENCY)
    assert cart_page.url.endswith("/cart")
    expect(cart_page.locator("#bar-checkout")).not_to_have_attribute("aria-busy", "true")


def test_going_back_does_not_lose_the_change(cart_page: Page) -> None:
    cart_page.goto("/help/returns")
    cart_page.goto("/cart")
    more(cart_page, CAP).click()
    cart_page.go_back()
    cart_page.wait_for_timeout(500)
    cart_page.goto("/cart")
    expect(quantity(cart_page, CAP)).to_have_value("2")


@pytest.mark.parametrize("gap", [100, 600, 1_000])
def test_two_lines_are_changed_one_after_the_other(cart_page: Page, gap: int) -> None:
    slow_down(cart_page)
    more(cart_page, CAP).click()
    cart_page.wait_for_timeout(gap)
    more(cart_page, HOOPS).click()

    expect(cart_page.locator("#cart-badge")).to_have_text(re.compile("^5 "))
    for name in (CAP, HOOPS):
        expect(quantity(cart_page, name)).to_have_value("2")
        expect(line(cart_page, name)).to_contain_text("each")
    cart_page.reload()
    for name in (CAP, HOOPS):
        expect(quantity(cart_page, name)).to_have_value("2")


def test_a_line_is_removed_while_another_one_changes(cart_page: Page) -> None:
    slow_down(cart_page)
    more(cart_page, CAP).click()
    cart_page.wait_for_timeout(600)
    line(cart_page, HOOPS).get_by_role("button", name="Remove").click()

    expect(cart_page.locator("#cart-badge")).to_have_text(re.compile("^3 "))
    expect(line(cart_page, HOOPS)).to_contain_text("removed")
    expect(quantity(cart_page, CAP)).to_have_value("2")


def test_a_code_is_entered_while_a_line_changes(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    journey.fill_cart(page, ("knitted-cap",))
    page.goto("/cart")
    slow_down(page)
    more(page, CAP).click()
    page.wait_for_timeout(600)
    page.locator("#code").fill("WELCOME10")
    page.locator("#code-apply").click()

    expect(page.get_by_role("button", name="Remove WELCOME10")).to_be_visible()
    expect(quantity(page, CAP)).to_have_value("2")

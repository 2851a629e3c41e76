"""What is pressed while an answer is under way is not lost: not from the bag, and not from view."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched
from tests.browser.test_second_press import LATENCY, posts_of, slow_down

CAP, HOOPS = "Knitted cap", "Silver hoops"


@pytest.fixture
def bag(open_page: OpenPage) -> Page:
    """A phone with two pieces in its bag."""
    page = open_page(PHONE, motion=False)
    journey.fill_bag(page, ("knitted-cap", "silver-hoops", "dalgate-glazed-bowl"))
    page.goto("/cart")
    return page


def line(page: Page, name: str) -> Locator:
    """Return the line of a piece."""
    return page.locator("#lines > .line", has_text=name)


def more(page: Page, name: str) -> Locator:
    """Return the button that asks for one more."""
    return line(page, name).locator("[data-step='1']")


def quantity(page: Page, name: str) -> Locator:
    """Return the field of a line."""
    return line(page, name).get_by_role("spinbutton")


@pytest.mark.parametrize("wait", [0, 300, 450, 900])
def test_the_checkout_knows_of_a_change_made_just_before(bag: Page, wait: int) -> None:
    sent = posts_of(bag, "/cart/lines/")
    slow_down(bag)
    more(bag, CAP).click()
    bag.wait_for_timeout(wait)

    bag.locator("#bar-checkout").click()

    bag.wait_for_url("**/checkout")
    summary = bag.locator("#order-summary .line", has_text=CAP)
    expect(summary).to_contain_text("2 items")
    assert len(sent) == 1


def test_a_change_that_is_refused_keeps_its_shopper_in_the_bag(bag: Page, watched: Watched) -> None:
    watched.expected.add(422)
    slow_down(bag)
    field = quantity(bag, CAP)
    field.fill("1000")
    bag.locator("#bar-checkout").click()

    expect(bag.locator("#cart-problem")).to_be_visible()
    bag.wait_for_timeout(LATENCY)
    assert bag.url.endswith("/cart")
    expect(bag.locator("#bar-checkout")).not_to_have_attribute("aria-busy", "true")


def test_whoever_goes_back_takes_the_change_along(bag: Page) -> None:
    bag.goto("/help/returns")
    bag.goto("/cart")
    more(bag, CAP).click()
    bag.go_back()
    bag.wait_for_timeout(500)
    bag.goto("/cart")
    expect(quantity(bag, CAP)).to_have_value("2")


@pytest.mark.parametrize("gap", [100, 600, 1_000])
def test_two_lines_are_changed_one_after_the_other(bag: Page, gap: int) -> None:
    slow_down(bag)
    more(bag, CAP).click()
    bag.wait_for_timeout(gap)
    more(bag, HOOPS).click()

    expect(bag.locator("#cart-badge")).to_have_text(re.compile("^5 "))
    for name in (CAP, HOOPS):
        expect(quantity(bag, name)).to_have_value("2")
        expect(line(bag, name)).to_contain_text("each")
    bag.reload()
    for name in (CAP, HOOPS):
        expect(quantity(bag, name)).to_have_value("2")


def test_a_line_is_removed_while_another_one_changes(bag: Page) -> None:
    slow_down(bag)
    more(bag, CAP).click()
    bag.wait_for_timeout(600)
    line(bag, HOOPS).get_by_role("button", name="Remove").click()

    expect(bag.locator("#cart-badge")).to_have_text(re.compile("^3 "))
    expect(line(bag, HOOPS)).to_contain_text("removed")
    expect(quantity(bag, CAP)).to_have_value("2")


def test_a_code_is_entered_while_a_line_changes(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    journey.fill_bag(page, ("knitted-cap",))
    page.goto("/cart")
    slow_down(page)
    more(page, CAP).click()
    page.wait_for_timeout(600)
    page.locator("#code").fill("WELCOME10")
    page.locator("#code-apply").click()

    expect(page.get_by_role("button", name="Remove WELCOME10")).to_be_visible()
    expect(quantity(page, CAP)).to_have_value("2")

"""The time for which an unpaid order holds its items, counted down by a clock that the test moves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, OpenPage

SOON = "Your items are held for two more minutes."
OVER = "Your items are no longer held. Somebody else can buy them now."


@pytest.fixture
def waiting(open_page: OpenPage) -> Page:
    """A checkout whose order waits for its payment."""
    page = open_page(DESKTOP, motion=False)
    journey.fill_cart(page, ("knitted-cap",))
    page.goto("/checkout")
    journey.tell_where_to(page)
    journey.choose_delivery(page)
    journey.place_order(page)
    return page


def end_of(page: Page) -> datetime:
    """Open the checkout with a clock of its own, and return when its items are no longer held."""
    page.clock.install()
    page.goto("/checkout")
    return datetime.fromisoformat(page.locator("hold-timer").get_attribute("data-ends") or "")


def at(page: Page, moment: datetime) -> None:
    """Advance the clock, as for a customer who returns to the page, and then by six seconds."""
    page.clock.pause_at(moment)
    page.clock.run_for(6_000)


def test_minutes_are_counted_down_and_the_end_is_announced(waiting: Page) -> None:
    page, ends = waiting, end_of(waiting)
    left, said = page.locator("time-left"), page.locator("hold-timer [data-said]")

    at(page, ends - timedelta(seconds=236))
    expect(left).to_have_text("4 more minutes")
    expect(said).to_be_hidden()
    expect(page.locator("#hold-longer")).to_be_visible()

    at(page, ends - timedelta(seconds=118))
    expect(left).to_have_text("2 more minutes")
    expect(said).to_have_text(SOON)
    expect(page.locator("#announcements")).to_contain_text(SOON)

    at(page, ends - timedelta(seconds=30))
    expect(left).to_have_text("1 more minute")

    at(page, ends + timedelta(seconds=1))
    expect(left).to_have_text("no more minutes")
    expect(said).to_have_text(OVER)
    expect(page.locator("#announcements")).to_contain_text(OVER)
    expect(page.locator("#hold-longer")).to_have_count(0)


def test_a_device_that_wakes_after_the_end_announces_it(waiting: Page) -> None:
    page, ends = waiting, end_of(waiting)

    page.clock.pause_at(ends + timedelta(hours=1))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.clock.run_for(6_000)

    expect(page.locator("time-left")).to_have_text("no more minutes")
    expect(page.locator("hold-timer [data-said]")).to_have_text(OVER)

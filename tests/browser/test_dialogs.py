"""What opens over a page: the drawer, the enlarged picture, the menu, folded filters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched
from tests.support import axe


def open_drawer(page: Page) -> None:
    """Add a product to the cart."""
    page.goto("/p/knitted-cap")
    page.locator(".buy__row").get_by_role("button", name="Add to bag").click()
    expect(page.locator("#cart-drawer .line").first).to_be_visible()


def open_empty_drawer(page: Page) -> None:
    """Remove the item in the drawer, which shows an undo button."""
    open_drawer(page)
    page.locator("#cart-drawer").get_by_role("button", name="Remove").click()
    expect(page.locator("#cart-drawer").get_by_role("button", name="Undo")).to_be_visible()


def open_picture(page: Page) -> None:
    """Enlarge the first picture of a product."""
    page.goto("/p/kani-shawl-madder")
    page.locator(".gallery__slide").first.click()
    expect(page.locator(".zoom img")).to_be_visible()


def open_menu(page: Page) -> None:
    """Unfold the menu, where there is one to unfold."""
    page.goto("/")
    button = page.get_by_role("button", name="Menu", exact=True)
    if button.is_visible():
        button.click()
    expect(page.locator("#menu")).to_be_visible()


def open_filters(page: Page) -> None:
    """Unfold the filters of a list and every group of them."""
    page.goto("/products")
    toggle = page.locator(".listing__toggle")
    if toggle.is_visible():
        toggle.click()
    folded = page.locator("details.facet:not([open]) > summary")
    while folded.count():
        folded.first.click()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize(
    "opening",
    [open_drawer, open_empty_drawer, open_picture, open_menu, open_filters],
    ids=lambda opening: opening.__name__,
)
def test_axe_finds_nothing_in_light_and_dark(
    open_page: OpenPage, opening: Callable[[Page], None], width: int
) -> None:
    page = open_page(width, motion=False)
    opening(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe.violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert axe.violations(page, axe.COLOURS) == []


@pytest.mark.parametrize("opening", [open_drawer, open_picture], ids=lambda opening: opening.__name__)
def test_back_closes_a_dialog_and_stays_on_the_page(
    open_page: OpenPage, opening: Callable[[Page], None]
) -> None:
    page = open_page(PHONE, motion=False)
    opening(page)
    assert page.locator("dialog[open]").count() == 1

    page.go_back()

    expect(page.locator("dialog[open]")).to_have_count(0)
    assert "/p/" in page.url


def test_back_from_the_cart_shows_the_product_whose_drawer_led_there(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    open_drawer(page)
    page.locator("#drawer-bag").click()
    expect(page.locator("h1")).to_have_text("Your bag")

    page.go_back()

    expect(page.locator("h1")).to_have_text("Knitted cap, lozenge pattern")
    assert page.evaluate("location.pathname") == "/p/knitted-cap"


def test_a_press_outside_closes_the_drawer_and_gives_the_focus_back(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    open_drawer(page)

    page.mouse.click(100, 400)

    expect(page.locator("#cart-drawer")).to_be_hidden()
    expect(page.locator(".buy__row").get_by_role("button", name="Add to bag")).to_be_focused()


def test_undo_restores_an_item_removed_in_the_drawer(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    open_empty_drawer(page)
    drawer = page.locator("#cart-drawer")

    drawer.get_by_role("button", name="Undo").click()

    expect(drawer.get_by_role("link", name="Knitted cap, lozenge pattern")).to_be_visible()
    expect(page.locator("#cart-badge")).to_contain_text("1")
    expect(page.locator("#cart-drawer :focus")).to_have_count(1)


def test_the_drawers_stepper_changes_the_amount_and_keeps_the_focus(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    open_drawer(page)
    drawer = page.locator("#cart-drawer")
    more = drawer.get_by_role("button", name="Increase quantity")
    one = drawer.locator(".totals__row[data-kind=total] dd").inner_text()

    more.click()

    expect(page.locator("#cart-badge")).to_contain_text("2")
    expect(drawer.locator(".totals__row[data-kind=total] dd")).not_to_have_text(one)
    expect(drawer.get_by_role("spinbutton")).to_have_value("2")
    expect(drawer.get_by_role("button", name="Increase quantity")).to_be_focused()


def test_quickly_pressed_filters_all_count(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    page.goto("/products")
    boxes = page.locator(".facet[open] input[type=checkbox]")
    first, second = (boxes.nth(place).get_attribute("id") for place in (0, 1))
    page.route("**/products?*", lambda route: (page.wait_for_timeout(300), route.continue_())[1])

    page.locator(f"#{first}").click()
    page.wait_for_timeout(50)
    page.locator(f"#{second}").click()

    expect(page.locator(".chip")).to_have_count(2)
    expect(page.locator(f"#{first}")).to_be_checked()
    expect(page.locator(f"#{second}")).to_be_checked()


def test_the_drawer_is_announced_and_not_covered(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    open_drawer(page)

    expect(page.locator("#cart-drawer #announcements")).to_have_text(
        "Knitted cap, lozenge pattern: added to your bag."
    )
    expect(page.locator(".toast")).to_have_count(0)


def test_an_item_moved_back_into_the_cart_gets_the_focus(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    open_drawer(page)
    page.goto("/cart")
    page.get_by_role("button", name="Save for later").click()
    expect(page.get_by_role("button", name="Undo")).to_be_focused()

    page.get_by_role("button", name="Move to bag").click()

    item = page.get_by_role("list", name="Items in your bag").get_by_role("listitem")
    expect(item).to_be_focused()
    expect(item).to_be_in_viewport()


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        (lambda route: route.abort(), "There is no connection. Please try again in a moment."),
        (
            lambda route: route.fulfill(status=503, body=""),
            "That did not work. Nothing you typed is lost; please try again.",
        ),
    ],
    ids=["no connection", "an error"],
)
def test_failed_requests_show_a_message_of_the_page(
    open_page: OpenPage, watched: Watched, trouble: Callable[[Route], None], message: str
) -> None:
    page = open_page(DESKTOP, motion=False)
    page.goto("/p/knitted-cap")
    page.route("**/cart/lines", trouble)

    page.locator(".buy__row").get_by_role("button", name="Add to bag").click()

    expect(page.locator("#announcements")).to_have_text(message)
    expect(page.locator(".buy__row").get_by_role("button", name="Add to bag")).to_be_enabled()
    # The trouble that was made is complained about, an error of the page's own scripts is not among it.
    assert [one for one in watched.complaints if one.startswith(page.url)] == []
    watched.complaints.clear()

"""Filters and orders of a list: the sheet of a phone, the column of a wide screen, prices, the way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched


def open_sheet(page: Page) -> None:
    """Open the filters of the whole shop on a phone."""
    page.goto("/products")
    page.locator(".listing__toggle").click()
    expect(page.locator("#filter-sheet")).to_be_visible()


def test_the_button_of_the_sheet_counts_and_shows_the_list(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    open_sheet(page)
    button = page.locator("#filter-sheet .facets__actions button")
    everything = button.inner_text()

    page.locator("#facet-material-Saffron").check()
    expect(button).to_have_text("Show 2 items")
    expect(page.locator("#facet-material-Saffron")).to_be_focused()
    assert everything != "Show 2 items"
    assert page.locator(".chip").count() == 0
    button.click()

    expect(page.locator(".listing__count")).to_have_text("2 items")
    expect(page.locator("#filter-sheet")).to_be_hidden()
    expect(page.locator(".listing__toggle .badge")).to_contain_text("1")
    expect(page.locator(".listing__toggle")).to_be_focused()
    assert page.url.endswith("/products?material=Saffron")
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    expect(page.locator(".listing__count")).not_to_have_text("2 items")
    assert page.url.endswith("/products")


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
def test_missing_counts_are_announced_and_the_sheet_still_works(
    open_page: OpenPage, watched: Watched, trouble: Callable[[Route], None], message: str
) -> None:
    page = open_page(PHONE, motion=False)
    open_sheet(page)
    button = page.locator("#filter-sheet .facets__actions button")
    page.route("**/products?*", trouble)

    page.locator("#facet-material-Saffron").check()

    expect(page.locator("#announcements")).to_have_text(message)
    expect(page.locator("#facet-groups")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator("#facet-material-Saffron")).to_be_checked()
    expect(button).to_have_text("Show results")
    page.unroute("**/products?*")
    button.click()
    expect(page.locator(".listing__count")).to_have_text("2 items")
    watched.complaints.clear()


def test_closing_the_sheet_changes_nothing(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    open_sheet(page)
    page.locator("#facet-material-Saffron").check()
    expect(page.locator("#filter-sheet .facets__actions button")).to_have_text("Show 2 items")

    page.go_back()

    expect(page.locator("#filter-sheet")).to_be_hidden()
    page.wait_for_url("**/products")
    page.locator(".listing__toggle").click()
    expect(page.locator("#facet-material-Saffron")).not_to_be_checked()
    page.keyboard.press("Escape")
    expect(page.locator("#filter-sheet")).to_be_hidden()
    expect(page.locator(".listing__toggle")).to_be_focused()
    page.wait_for_url("**/products")


def test_the_sheet_fits_the_screen_and_a_finger(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    open_sheet(page)
    sheet = page.locator("#filter-sheet").bounding_box()
    button = page.locator("#filter-sheet .facets__actions button").bounding_box()
    assert sheet is not None
    assert button is not None
    assert sheet["y"] + sheet["height"] <= 740
    assert button["y"] + button["height"] <= 740
    rows = page.locator("#facet-category .check")
    assert rows.count() > 5
    assert min(row.bounding_box()["height"] for row in rows.all()) >= 44  # type: ignore[index]


def test_a_price_that_cannot_be_read_keeps_the_sheet_open(open_page: OpenPage, watched: Watched) -> None:
    watched.expected.add(422)
    page = open_page(PHONE, motion=False)
    open_sheet(page)
    page.locator("#price-from").fill("abc")
    page.locator("#price-from").press("Tab")
    expect(page.locator("#price-from-error")).to_have_text("Enter a price like $25.00.")

    page.locator("#filter-sheet .facets__actions button").click()

    expect(page.locator("#filter-sheet")).to_be_visible()
    expect(page.locator("#price-from")).to_be_focused()
    expect(page.locator("#price-from")).to_have_value("abc")


def test_a_refused_price_is_marked_beside_its_field(open_page: OpenPage, watched: Watched) -> None:
    watched.expected.add(422)
    page = open_page(DESKTOP, motion=False)
    page.goto("/products?material=Pashmina")

    page.locator("#price-to").fill("1.000,00")
    page.locator("#price-to").press("Tab")

    expect(page.locator("#price-to-error")).to_be_visible()
    expect(page.locator("#price-to")).to_be_focused()
    expect(page.locator("#price-to")).to_have_value("1.000,00")
    expect(page.locator(".chip")).to_have_count(1)


def test_typed_text_survives_the_response_to_an_earlier_change(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    page.goto("/products")
    page.route("**/products?*", lambda route: (page.wait_for_timeout(300), route.continue_())[1])
    page.locator("#price-from").fill("$100")
    page.locator("#price-from").press("Tab")
    page.keyboard.type("500")

    expect(page.locator(".chip").first).to_be_visible()

    expect(page.locator("#price-to")).to_have_value("500")
    expect(page.locator("#price-to")).to_be_focused()


def test_the_sort_order_is_chosen_in_a_select_and_combined_with_filters(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    page.goto("/products?material=Pashmina")

    page.get_by_label("Sort by").focus()
    page.get_by_label("Sort by").select_option("Price, high to low")

    expect(page.locator("#sort")).to_have_value("price-down")
    page.wait_for_url("**/products?material=Pashmina&sort=price-down")
    expect(page.locator("#sort")).to_be_focused()
    page.go_back()
    expect(page.locator("#sort")).to_have_value("new")


def test_without_scripts_filters_fold_and_sorting_has_a_button(open_page: OpenPage) -> None:
    page = open_page(PHONE, java_script_enabled=False)
    page.goto("/products")
    page.locator(".listing__toggle").click()
    page.locator("#facet-material-Saffron").check()
    page.get_by_role("button", name="Show results").click()
    assert page.locator(".listing__count").inner_text() == "2 items"
    page.get_by_label("Sort by").select_option("Name")
    page.get_by_role("button", name="Sort", exact=True).click()
    assert page.url.endswith("/products?material=Saffron&sort=name")

"""Nothing moves under the finger: a swap leaves the page where it was, for every browser's idea of focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET, OpenPage, Watched
from tests.browser.journey import PIECES, fill_bag
from tests.support.swaps import Still

CODE, CARD = "WELCOME10", "GC-KASH-CRAF-TDEM-0001"


@pytest.fixture(params=["as Chromium", "as Safari"])
def is_safari(request: pytest.FixtureRequest) -> bool:
    """Whether a press gives its control no focus."""
    return bool(request.param == "as Safari")


@pytest.fixture(params=[PHONE, TABLET, DESKTOP])
def still(open_page: OpenPage, request: pytest.FixtureRequest, is_safari: bool) -> Still:
    """A page of some width, watched while it swaps."""
    return Still(open_page(request.param, motion=False), safari=is_safari)


def line(page: Page, number: int) -> Locator:
    """Return a line of the bag."""
    return page.locator("#cart .cart__main > .lines > .line").nth(number - 1)


def test_an_option_is_chosen(still: Still) -> None:
    page = still.page
    page.goto("/p/embroidered-slippers")
    for size in ("40", "38", "41"):
        still.stays(page.locator(".pill", has_text=size).first, at=150)
    expect(page.locator(".pills__chosen")).to_have_text("41")


# On narrower screens the filters stand in a sheet, which swaps nothing but its own counts.
@pytest.mark.parametrize("still", [DESKTOP], indirect=True)
def test_filters_are_ticked_and_a_price_is_typed(still: Still) -> None:
    page = still.page
    page.goto("/products")
    boxes = page.locator(".facet[open] input[type=checkbox]:enabled")
    still.stays(boxes.nth(12))
    still.stays(boxes.nth(4))
    price = page.locator("#price-from")
    price.fill("30")
    still.stays(price, lambda: price.press("Enter"))


def test_a_bag_of_eight_lines_is_changed(still: Still, watched: Watched) -> None:
    watched.expected.add(422)
    page = still.page
    fill_bag(page)
    page.goto("/cart")
    for number in (3, 5, 8):
        still.stays(line(page, number).locator("[data-step='1']"))
    quantity = line(page, 5).get_by_role("spinbutton")
    quantity.fill("4")
    still.stays(quantity, lambda: quantity.press("Tab"))

    for number, name in ((6, "Remove"), (4, "Save for later"), (7, "Save for later")):
        held = line(page, number)
        still.stays(held, held.get_by_role("button", name=name).click)
        undo = page.locator("#lines").get_by_role("button", name="Undo")
        expect(undo).to_be_focused()
        expect(undo).to_be_in_viewport()
    still.stays(undo)
    expect(line(page, 6)).to_be_focused()
    saved = page.locator("#saved")
    still.stays(saved, saved.get_by_role("button", name="Remove").click)
    still.stays(saved, saved.get_by_role("button", name="Undo").click)
    still.after(page.locator("#saved").get_by_role("button", name="Move to bag").click)
    back = line(page, 4)
    expect(back).to_be_focused()
    expect(back).to_be_in_viewport()


def test_codes_are_entered_refused_and_taken_out_of_the_bag(still: Still, watched: Watched) -> None:
    watched.expected.add(422)
    page = still.page
    fill_bag(page)
    page.goto("/cart")
    code, apply = page.locator("#code"), page.locator("#code-apply")
    for typed in (CODE, "NOSUCHCODE", CARD):
        code.fill(typed)
        still.stays(apply)
    still.stays(page.get_by_role("button", name=f"Remove {CODE}"))


def test_the_drawer_stays_where_it_is_and_so_does_the_page_below(still: Still) -> None:
    page = still.page
    fill_bag(page)
    page.goto("/p/turquoise-pendant")
    add = page.locator(".buy__row").get_by_role("button", name="Add to bag")
    still.stays(add)
    lines = page.locator("#cart-drawer .line")
    expect(lines).to_have_count(len(PIECES) + 1)
    for number in (5, 8):
        held = lines.nth(number - 1)
        held.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")
        more = held.locator("[data-step='1']")
        still.stands(more, more.click)
    still.stands(held, held.get_by_role("button", name="Remove").click)
    still.stands(held, held.get_by_role("button", name="Undo").click)
    page.keyboard.press("Escape")
    expect(add).to_be_in_viewport()

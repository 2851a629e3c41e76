"""A swap does not move the page, whatever the browser does with the focus."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, TABLET, OpenPage, Watched
from tests.browser.journey import PRODUCTS, fill_cart
from tests.support.swaps import WatchedPage, declared

CODE, CARD = "WELCOME10", "GC-KASH-CRAF-TDEM-0001"

# Every request of htmx in the templates, with the test below that presses it, or why it has none.
CASES = {
    "cart/_removed_line.html: {{ action }}": "a_cart_of_eight_lines",
    "cart/_line.html: cart.change_line": "a_cart_of_eight_lines",
    "cart/_line.html: cart.remove_line": "a_cart_of_eight_lines",
    "cart/_line.html: cart.save_line": "a_cart_of_eight_lines",
    "cart/_saved.html: cart.remove_line": "a_cart_of_eight_lines",
    "cart/_saved.html: cart.unsave_line": "a_cart_of_eight_lines",
    "cart/_savings.html: add_code": "codes_are_entered",
    "cart/_savings.html: remove_code": "codes_are_entered",
    "cart/_points.html: spend_points": "a_member_spends_points",
    "checkout/_country.html: checkout.address": "a_country_is_chosen",
    "checkout/_delivery.html: checkout.summary": "a_delivery_method_is_chosen",
    "storefront/_buy_form.html: {{ address }}": "the_drawer_stays",
    "storefront/_facets.html: {{ asked.address.path }}": "filters_are_ticked",
    "storefront/_options.html: query,": "an_option_is_chosen",
}
NOTHING_STAYS = {
    "checkout/_contact.html: checkout.contact": "the next step opens, and the page goes there",
    "checkout/_contact.html: checkout.start": "an earlier step opens, and the page goes there",
    "checkout/_delivery.html: checkout.delivery": "the next step opens, and the page goes there",
    "checkout/_delivery.html: checkout.start": "an earlier step opens, and the page goes there",
    "checkout/_payment.html: checkout.place": "leads to the payment page",
    "checkout/_pending.html: checkout.retry": "leads to the payment page",
    "payments/waiting.html: payments.return_from_gateway": "swaps nothing, and leads on once it is paid",
    "loyalty/_birthday.html: loyalty.keep_birthday": "loads the page anew",
    "loyalty/_dashboard.html: loyalty.join": "loads the page anew",
    "loyalty/_rewards.html: loyalty.exchange": "loads the page anew",
    "loyalty/_rewards.html: loyalty.start_upgrade": "loads the page anew",
    "storefront/_gift_form.html: {{ address }}": "opens the drawer, as the forms of other products do",
}
UNTESTED = {
    "backoffice/orders/_refund.html: backoffice.preview_refund": "pressed in test_second_press",
    "backoffice/orders/_refund.html: backoffice.refund": "pressed in test_second_press",
    "backoffice/pictures/_sent.html: {{ url }}": "a tile is replaced by itself while a job works on it",
    "backoffice/products/_import.html: backoffice.sent_product_file": "the end of the page follows a job",
    "backoffice/products/_picker.html: backoffice.pick_products": "found products appear above the search",
    "components/previews.html: url,": "the preview is the end of the page",
    "cart/_live.html: cart.show": "followed in test_live_stock, without places",
    "cart/_prices.html: cart.acknowledge_prices": "a notice goes from the top of the page",
    "cart/_rewards.html: choose_reward": "stands where points do, and is swapped with them",
    "components/list_tools.html: {{ view.find.url }}": "staff filter a table below the filter",
    "components/navigation.html: {{ path }}": "the list comes in another order",
    "gift_cards/_balance.html: gift_cards.balance": "a short page with one form",
    "storefront/_options.html: {{ query }}": "the demo has no product with two open options",
}


def test_every_swap_of_the_templates_is_tested_or_exempt() -> None:
    found = {f"{template}: {name}" for template, name in declared()}

    assert found == {*CASES, *NOTHING_STAYS, *UNTESTED}
    here = [name for name in globals() if name.startswith("test_")]
    assert [case for case in CASES.values() if not any(case in name for name in here)] == []


@pytest.fixture(params=["as Chromium", "as Safari"])
def is_safari(request: pytest.FixtureRequest) -> bool:
    """Whether a press gives its control no focus."""
    return bool(request.param == "as Safari")


@pytest.fixture(params=[PHONE, TABLET, DESKTOP])
def still(open_page: OpenPage, request: pytest.FixtureRequest, is_safari: bool) -> WatchedPage:
    """A page of some width, watched while it swaps."""
    return WatchedPage(open_page(request.param, motion=False), safari=is_safari)


def line(page: Page, number: int) -> Locator:
    """Return a line of the cart."""
    return page.locator("#cart .cart__main > .lines > .line").nth(number - 1)


def test_an_option_is_chosen(still: WatchedPage) -> None:
    page = still.page
    page.goto("/p/embroidered-slippers")
    for size in ("40", "38", "41"):
        still.stays(page.locator(".pill", has_text=size).first, at=150)
    expect(page.locator(".pills__chosen")).to_have_text("41")


# On narrower screens the filters stand in a sheet, which swaps nothing but its own counts.
@pytest.mark.parametrize("still", [DESKTOP], indirect=True)
def test_filters_are_ticked_and_a_price_is_typed(still: WatchedPage) -> None:
    page = still.page
    page.goto("/products")
    boxes = page.locator(".facet[open] input[type=checkbox]:enabled")
    still.stays(boxes.nth(12))
    still.stays(boxes.nth(4))
    price = page.locator("#price-from")
    price.fill("30")
    still.stays(price, lambda: price.press("Enter"))


def test_a_cart_of_eight_lines_is_changed(still: WatchedPage, watched: Watched) -> None:
    watched.expected.add(422)
    page = still.page
    fill_cart(page)
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


def test_codes_are_entered_refused_and_removed_from_the_cart(still: WatchedPage, watched: Watched) -> None:
    watched.expected.add(422)
    page = still.page
    fill_cart(page)
    page.goto("/cart")
    code, apply = page.locator("#code"), page.locator("#code-apply")
    for typed in (CODE, "NOSUCHCODE", CARD):
        code.fill(typed)
        still.stays(apply)
    still.stays(page.get_by_role("button", name=f"Remove {CODE}"))


def test_the_drawer_stays_where_it_is_and_so_does_the_page_below(still: WatchedPage) -> None:
    page = still.page
    fill_cart(page)
    page.goto("/p/turquoise-pendant")
    add = page.locator(".buy__row").get_by_role("button", name="Add to bag")
    still.stays(add)
    lines = page.locator("#cart-drawer .line")
    expect(lines).to_have_count(len(PRODUCTS) + 1)
    for number in (5, 8):
        held = lines.nth(number - 1)
        held.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")
        more = held.locator("[data-step='1']")
        still.stands(more, more.click)
    still.stands(held, held.get_by_role("button", name="Remove").click)
    still.stands(held, held.get_by_role("button", name="Undo").click)
    page.keyboard.press("Escape")
    expect(add).to_be_in_viewport()


def test_a_country_is_chosen_and_nothing_typed_is_out_of_sight(still: WatchedPage) -> None:
    page = still.page
    fill_cart(page, PRODUCTS[:2])
    page.goto("/checkout")
    country = page.locator("#shipping-country")
    for code in ("DE", "JP"):
        still.stays(country, lambda code=code: country.select_option(code))
    expect(country).to_have_value("JP")


def test_a_delivery_method_is_chosen(still: WatchedPage) -> None:
    page = still.page
    fill_cart(page, PRODUCTS[:2])
    page.goto("/checkout")
    journey.tell_where_to(page)
    ways = page.locator("input[name=delivery]")
    still.stays(ways.nth(1))
    still.stays(ways.nth(0))
    expect(ways.nth(0)).to_be_checked()


def test_a_member_spends_points_and_takes_them_back(still: WatchedPage) -> None:
    page = still.page
    journey.sign_in(page, "eleanor.whitfield@example.com")
    fill_cart(page, PRODUCTS[:5])
    page.goto("/cart")
    points, apply = page.locator("#points"), page.locator("#points-apply")
    for number in ("100", "0"):
        points.fill(number)
        still.stays(apply)
        expect(points).to_have_value(number)

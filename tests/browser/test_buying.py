"""A guest buys: with JavaScript, without it, and by keyboard alone, on a phone and on a desktop."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])
# Whether the focus shows: as an outline of the element, of what stands for it, or of what it is in.
FOCUS_SHOWS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return true;
  const near = [element, element.parentElement, element.nextElementSibling, element.closest('label, form')];
  return near.filter(Boolean).some(item => {
    const style = getComputedStyle(item);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
}"""


@WIDTHS
def test_a_guest_finds_chooses_and_buys(open_page: OpenPage, width: int) -> None:
    page = open_page(width)
    journey.open_pantry(page)
    journey.filter_by_saffron(page)
    journey.choose(page, scripted=True)
    drawer = page.locator("#cart-drawer")
    expect(drawer).to_be_hidden()

    page.get_by_role("button", name="Add to bag").click()

    expect(drawer).to_be_visible()
    expect(drawer).to_contain_text(journey.PRODUCT)
    expect(page.locator("#cart-badge")).to_have_text(re.compile("1"))
    assert "/p/" not in page.url or page.url.endswith("/cart")
    drawer.get_by_role("link", name="View bag").click()
    expect(page.get_by_role("heading", level=1, name="Your bag")).to_be_visible()
    page.get_by_role("link", name="Checkout").click()
    journey.tell_where_to(page)
    journey.choose_delivery(page)
    total = journey.place_order(page)
    journey.pay(page)
    journey.see_the_order(page, total)
    expect(page.locator("#cart-badge")).not_to_contain_text(re.compile("[1-9]"))


@WIDTHS
def test_a_guest_without_javascript_buys_the_same_way(open_page: OpenPage, width: int) -> None:
    page = open_page(width, java_script_enabled=False)
    journey.open_pantry(page)
    journey.filter_by_saffron(page)
    journey.choose(page, scripted=False)

    page.get_by_role("button", name="Add to bag").click()

    expect(page.get_by_role("heading", level=1, name="Your bag")).to_be_visible()
    expect(page.locator(".line__meta").first).to_contain_text(journey.CHOICE)
    expect(page.locator("#cart-badge")).to_have_text(re.compile("1"))
    page.get_by_role("link", name="Checkout").click()
    journey.tell_where_to(page)
    journey.choose_delivery(page)
    total = journey.place_order(page)
    journey.pay(page)
    journey.see_the_order(page, total)


def tab_to(page: Page, wanted: Locator, *, most: int = 90) -> None:
    """Press Tab until ``wanted`` has the focus, which has to be seen at every stop on the way."""
    expect(wanted).to_be_visible()
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert page.evaluate(FOCUS_SHOWS), f"the focus does not show on {stop}"
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def type_into(page: Page, field: Locator, text: str) -> None:
    """Go to a field and fill it."""
    tab_to(page, field)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


@WIDTHS
def test_the_keyboard_alone_is_enough(open_page: OpenPage, width: int) -> None:
    page = open_page(width)
    page.goto("/p/saffron-jar")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, page.locator("#choice-1-1"))
    for number in (2, 3):
        page.keyboard.press("ArrowRight")
        expect(page.locator(f"#choice-1-{number}")).to_be_focused()
    expect(page.locator(".pills__chosen")).to_have_text(journey.CHOICE)

    add = page.get_by_role("button", name="Add to bag")
    drawer = page.locator("#cart-drawer")
    tab_to(page, add)
    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    assert page.evaluate("document.activeElement.closest('#cart-drawer') !== null")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(add).to_be_focused()

    page.keyboard.press("Enter")
    expect(drawer).to_be_visible()
    tab_to(page, drawer.get_by_role("link", name="Checkout"))
    page.keyboard.press("Enter")
    type_into(page, page.get_by_label("E-mail address"), "ada@example.com")
    type_into(page, journey.delivery_field(page, "Full name"), "Ada Lovelace")
    for label in ("Street address", "City"):
        type_into(page, journey.delivery_field(page, label), journey.ADDRESS[label])
    type_into(page, journey.delivery_field(page, "State"), "Calif")
    type_into(page, journey.delivery_field(page, "ZIP code"), journey.ADDRESS["ZIP code"])
    tab_to(page, page.get_by_role("button", name="Continue to delivery"))
    page.keyboard.press("Enter")
    expect(page.locator("#delivery-title")).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Continue to payment"))
    page.keyboard.press("Enter")
    expect(page.locator("#payment-title")).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Place order and continue to payment"))
    total = journey.shown_total(page)
    page.keyboard.press("Enter")
    for label, value in journey.CARD.items():
        type_into(page, page.get_by_label(label, exact=True), value)
    page.keyboard.press("Enter")
    journey.see_the_order(page, total)


def test_a_declined_card_keeps_everything_and_another_one_pays(open_page: OpenPage, watched: Watched) -> None:
    page = open_page(PHONE)
    page.goto("/p/kahwa-tea-tin")
    page.get_by_role("button", name="Add to bag").click()
    page.locator("#cart-drawer").get_by_role("link", name="Checkout").click()
    journey.tell_where_to(page)
    journey.choose_delivery(page)
    total = journey.place_order(page)
    for label, value in {**journey.CARD, "Card number": "4000 0000 0000 0002"}.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name=re.compile("^Pay")).click()

    expect(page.locator("#payment .error-summary")).to_be_visible()
    expect(page.locator("#contact")).to_contain_text("ada@example.com")
    assert journey.shown_total(page) == total
    page.get_by_role("button", name="Try again").click()
    journey.pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Ada Lovelace")


@pytest.mark.parametrize("scripted", [True, False], ids=["scripted", "plain"])
def test_adding_while_an_order_waits_for_its_payment_asks_first(
    open_page: OpenPage, watched: Watched, scripted: bool
) -> None:
    watched.expected.update({409, 422})
    page = open_page(PHONE, java_script_enabled=scripted)
    page.goto("/p/kahwa-tea-tin")
    page.get_by_role("button", name="Add to bag").click()
    (page.locator("#cart-drawer") if scripted else page).get_by_role("link", name="Checkout").first.click()
    journey.tell_where_to(page)
    journey.choose_delivery(page)
    total = journey.place_order(page)

    page.goto("/p/copper-bowl-engraved")
    page.get_by_role("button", name="Add to bag").click()
    expect(page.get_by_text(f"An order of {total} waits for its payment.").first).to_be_visible()
    if scripted:
        expect(page.locator("#cart-waits")).to_be_focused()
    page.get_by_role("button", name="Add anyway").click()

    if scripted:
        expect(page.locator("#cart-drawer")).to_contain_text("It is cancelled")
        expect(page.locator("#cart-waits")).to_have_count(0)
    else:
        expect(page.get_by_text("Your order that waited for its payment is cancelled")).to_be_visible()
    expect(page.locator("#cart-badge")).to_have_text(re.compile("^2"))


@WIDTHS
def test_a_refused_form_says_what_is_missing_and_takes_the_focus_there(
    open_page: OpenPage,
    watched: Watched,
    width: int,
) -> None:
    watched.expected.add(422)
    page = open_page(width)
    page.goto("/p/kahwa-tea-tin")
    page.get_by_role("button", name="Add to bag").click()
    page.locator("#cart-drawer").get_by_role("link", name="Checkout").click()
    page.get_by_label("E-mail address").fill("nobody")
    journey.delivery_field(page, "City").fill("Berkeley")
    page.get_by_role("button", name="Continue to delivery").click()

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link").first).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("E-mail address")).to_have_value("nobody")
    expect(journey.delivery_field(page, "City")).to_have_value("Berkeley")
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("E-mail address")).to_be_focused()

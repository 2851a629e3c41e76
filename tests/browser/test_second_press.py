"""A second press does nothing, as a double click or while the first response is pending."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser import journey
from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched

LATENCY = 1_200
GAPS = (0, 60, 150, 400, 900)


def slow_down(page: Page) -> None:
    """Give every answer to this page a latency, as a phone on the road has it."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    line = {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", line)


def posts_of(page: Page, path: str) -> list[str]:
    """Return a list that grows by every request that posts to an address which ends like this."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and re.search(path, request.url):
            sent.append(request.url)

    page.on("request", note)
    return sent


def press_twice(button: Locator, gap: int) -> None:
    """Press a button twice, ``gap`` milliseconds apart, wherever it is then; 0 is a double click."""
    button.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")
    box = button.bounding_box()
    assert box
    page, x, y = button.page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    if not gap:
        page.mouse.dblclick(x, y)
        return
    page.mouse.click(x, y)
    page.wait_for_timeout(gap)
    page.mouse.click(x, y)


GAP = pytest.mark.parametrize("gap", GAPS)


@GAP
def test_one_unit_is_added(open_page: OpenPage, gap: int) -> None:
    page = open_page(PHONE, motion=False)
    page.goto("/p/knitted-cap")
    sent = posts_of(page, "/cart/lines$")
    slow_down(page)

    press_twice(page.locator(".buy__row").get_by_role("button", name="Add to bag"), gap)

    drawer = page.locator("#cart-drawer")
    expect(drawer).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_timeout(2 * LATENCY)
    expect(drawer).to_be_hidden()
    assert len(sent) == 1
    expect(page.locator("#cart-badge")).to_have_text(re.compile("^1 "))


@GAP
def test_every_press_on_more_counts_once(open_page: OpenPage, gap: int) -> None:
    page = open_page(PHONE, motion=False)
    journey.fill_cart(page, ("knitted-cap", "silver-hoops"))
    page.goto("/cart")
    slow_down(page)
    cap = page.locator(".line", has_text="cap").first

    press_twice(cap.locator("[data-step='1']"), gap)

    expect(page.locator("#cart-badge")).to_have_text(re.compile("^4 "))
    expect(cap.get_by_role("spinbutton")).to_have_value("3")
    page.reload()
    expect(cap.get_by_role("spinbutton")).to_have_value("3")


@GAP
def test_a_code_is_sent_once(open_page: OpenPage, gap: int) -> None:
    page = open_page(PHONE, motion=False)
    journey.fill_cart(page)
    page.goto("/cart")
    sent = posts_of(page, "/cart/codes$")
    slow_down(page)
    page.locator("#code").fill("WELCOME10")

    press_twice(page.locator("#code-apply"), gap)

    expect(page.get_by_role("button", name="Remove WELCOME10")).to_be_visible()
    page.wait_for_timeout(LATENCY)
    assert len(sent) == 1
    expect(page.locator("#code-error")).to_have_count(0)


def test_each_step_of_the_checkout_is_sent_once_and_one_order_is_placed(open_page: OpenPage) -> None:
    page = open_page(PHONE, motion=False)
    journey.fill_cart(page, ("knitted-cap",))
    page.goto("/checkout")
    page.get_by_label("E-mail address").fill("ada@example.com")
    for label, value in journey.ADDRESS.items():
        journey.delivery_field(page, label).fill(value)
    journey.delivery_field(page, "State").select_option("CA")
    steps = {
        "/checkout/contact$": "Continue to delivery",
        "/checkout/delivery$": "Continue to payment",
        "/checkout/place$": "Place order and continue to payment",
    }
    slow_down(page)
    for (path, name), gap in zip(steps.items(), (60, 0, 400), strict=True):
        sent = posts_of(page, path)
        button = page.get_by_role("button", name=name)
        expect(button).to_be_visible()
        press_twice(button, gap)
        expect(button).to_have_count(0)
        assert len(sent) == 1, path
    expect(page.locator(".pay-amount")).to_be_visible()


@pytest.mark.parametrize("gap", [0, 60, 900])
def test_plain_forms_are_sent_once(open_page: OpenPage, watched: Watched, gap: int) -> None:
    watched.expected.add(422)
    page = open_page(PHONE, motion=False)
    slow_down(page)
    page.goto("/account/sign-in")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("wrong-and-long-enough")
    sent = posts_of(page, "/account/sign-in")
    press_twice(page.locator("main").get_by_role("button", name="Sign in"), gap)
    expect(page.locator("main [role=alert]")).to_be_visible()
    assert len(sent) == 1

    page.goto("/account/register")
    sent = posts_of(page, "/account/register")
    press_twice(page.locator("main form button:not([type=button])").last, gap)
    expect(page.locator(".error-summary")).to_be_visible()
    assert len(sent) == 1


# As a press on Escape does it: the page sees the key, and the browser stops what is on its way.
STOP = """() => setTimeout(() => {
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  stop();
}, 2000)"""


@pytest.mark.parametrize("tells", [True, False], ids=["the browser tells", "only the key is seen"])
def test_a_plain_form_that_was_stopped_can_be_sent_again(
    open_page: OpenPage, watched: Watched, tells: bool
) -> None:
    watched.expected.add(422)
    page = open_page(PHONE, motion=False)
    if not tells:
        page.add_init_script("Object.defineProperty(window, 'navigation', { value: undefined })")
    page.goto("/account/sign-in")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("wrong-and-long-enough")
    sent = posts_of(page, "/account/sign-in")
    button = page.locator("main").get_by_role("button", name="Sign in")
    page.route("**/account/sign-in", lambda _route: None)
    page.evaluate(STOP)

    press_twice(button, 400)

    expect(button).not_to_have_attribute("aria-busy", "true")
    assert len(sent) == 1
    page.unroute("**/account/sign-in")
    button.click()
    expect(page.locator("main [role=alert]")).to_be_visible()
    assert len(sent) == 2


def test_a_late_response_does_not_open_a_closed_drawer(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    page.goto("/p/knitted-cap")
    page.locator(".buy__row").get_by_role("button", name="Add to bag").click()
    drawer = page.locator("#cart-drawer")
    more = drawer.locator("[data-step='1']")
    expect(more).to_be_visible()
    slow_down(page)
    with page.expect_request("**/cart/lines/*"):
        more.click()
    page.keyboard.press("Escape")
    expect(page.locator("#cart-badge")).to_have_text(re.compile("^2 "))
    page.wait_for_timeout(300)
    expect(drawer).to_be_hidden()


def test_a_refund_is_created_once(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    journey.sign_in(page, "owner@kashcraft.example")
    page.goto("/backoffice/orders")
    page.locator("a[href^='/backoffice/orders/']").first.click()
    slow_down(page)
    shown = posts_of(page, "/refund(/preview)?$")
    page.locator("summary").filter(has_text=re.compile("^Refund$")).click()
    page.locator("#refund input[name^=units_]:not([max='0'])").first.fill("1")
    page.locator("#refund [name=reason]").fill("A thread was loose")
    press_twice(page.get_by_role("button", name="Calculate refund"), 60)
    refund = page.get_by_role("button", name=re.compile("^Refund "))
    expect(refund).to_be_visible()
    assert len(shown) == 1, shown
    shown.clear()
    press_twice(refund, 60)
    expect(refund).to_have_count(0)
    assert len(shown) == 1, shown

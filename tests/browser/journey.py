"""Buying a jar of saffron, one screen at a time, as every kind of shopper does it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.places import PASSWORD

PRODUCT, CHOICE = "Mongra saffron", "5 g"
ADDRESS = {
    "Full name": "Ada Lovelace",
    "Street address": "1 Main Street",
    "City": "Berkeley",
    "ZIP code": "94704",
}
CARD = {
    "Card number": "4242 4242 4242 4242",
    "Expires (MM/YY)": "04/40",
    "Security code": "123",
    "Name on the card": "Ada Lovelace",
}
# Without options, so that each is one press away.
PRODUCTS = (
    "kahwa-tea-tin", "knitted-cap", "kashmiri-walnuts", "silver-hoops", "acacia-honey-jar",
    "papier-mache-box", "copper-tumblers", "dalgate-glazed-bowl",
)  # fmt: skip
MONEY = re.compile(r"\$[\d,]+\.\d\d")


def sign_in(page: Page, email: str) -> None:
    """Sign in with an account of the demo shop."""
    page.goto("/account/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def fill_cart(page: Page, products: tuple[str, ...] = PRODUCTS) -> None:
    """Add products to the cart by plain requests of this browser."""
    for slug in products:
        found = re.search(r'name="product_id" value="([^"]+)"', page.request.get(f"/p/{slug}").text())
        assert found, slug
        same = {"Sec-Fetch-Site": "same-origin"}
        form = {"product_id": found[1], "quantity": "1"}
        assert page.request.post("/cart/lines", form=form, headers=same).ok


def delivery_field(page: Page, label: str) -> Locator:
    """Return a field of the delivery address by how its label begins."""
    return page.locator("fieldset[data-part=shipping]").get_by_label(re.compile(f"^{label}"))


def amount_on(place: Locator) -> str:
    """Return the first amount of money that a place shows."""
    found = MONEY.search(place.inner_text())
    assert found, place.inner_text()
    return found[0]


def open_pantry(page: Page) -> None:
    """Go from home to a category, through the menu where it is folded."""
    page.goto("/")
    menu = page.get_by_role("button", name="Menu", exact=True)
    if menu.is_visible():
        menu.click()
    page.locator("#menu").get_by_role("link", name="Pantry").click()
    expect(page.get_by_role("heading", level=1, name="Pantry")).to_be_visible()


def filter_by_saffron(page: Page) -> None:
    """Filter the category by one material, with a button without JavaScript and in the sheet on a phone."""
    toggle = page.locator(".listing__toggle")
    choice = page.locator("#facet-material-Saffron")
    if not choice.is_visible():
        toggle.click()
    choice.check()
    if page.locator("#filter-sheet[open]").count():
        page.get_by_role("button", name="Show 2 items").click()
    apply = page.get_by_role("button", name="Show results")
    if apply.is_visible():
        apply.click()
    expect(page.locator(".listing__count")).to_have_text("2 items")
    assert "material=Saffron" in page.url


def choose(page: Page, *, scripted: bool) -> None:
    """Open the product and choose its largest jar."""
    page.locator(".listing").get_by_role("link", name=PRODUCT).click()
    expect(page.get_by_role("heading", level=1, name=PRODUCT)).to_be_visible()
    before = amount_on(page.locator("#buy > .price"))
    page.locator(".pill", has_text=CHOICE).click()
    if not scripted:
        page.get_by_role("button", name="Show this choice").click()
    expect(page.locator(".pills__chosen")).to_have_text(CHOICE)
    assert amount_on(page.locator("#buy > .price")) != before
    assert ("choice=" if scripted else "product_id=") in page.url


def tell_where_to(page: Page) -> None:
    """Fill in the first step of the checkout."""
    page.get_by_label("E-mail address").fill("ada@example.com")
    for label, value in ADDRESS.items():
        delivery_field(page, label).fill(value)
    delivery_field(page, "State").select_option("CA")
    page.get_by_role("button", name="Continue to delivery").click()
    expect(page.get_by_role("button", name="Continue to payment")).to_be_visible()


def choose_delivery(page: Page) -> None:
    """Choose the first delivery method."""
    expect(page.get_by_role("radio").first).to_be_checked()
    page.get_by_role("button", name="Continue to payment").click()


def shown_total(page: Page) -> str:
    """Return the visible total of the checkout."""
    return page.locator(".totals__row[data-kind=total] dd").filter(visible=True).inner_text()


def place_order(page: Page) -> str:
    """Press the order button, above which the total stands, on phones too; return that amount."""
    total = shown_total(page)
    page.get_by_role("button", name="Place order and continue to payment").click()
    expect(page.locator(".pay-amount")).to_have_text(total)
    return total


def pay(page: Page) -> None:
    """Pay on the processor's page with a valid card."""
    for label, value in CARD.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name=re.compile("^Pay")).click()


def see_the_order(page: Page, total: str) -> None:
    """Read that it is paid, for what, and how much."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Ada Lovelace")
    expect(page.locator(".thanks .eyebrow")).to_have_text(re.compile(r"^Order KC-[0-9A-Z]{8}$"))
    expect(page.locator(".timeline li[data-state=done]").last).to_contain_text("Paid")
    assert PRODUCT in page.locator(".order__main").inner_text()
    assert total in page.locator(".order__aside").inner_text()
    assert "Visa ending 4242" in page.locator(".order__aside").inner_text()

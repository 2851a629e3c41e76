"""The back office by keyboard, by finger and without JavaScript: lists, side bar, search, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET, OpenPage
from tests.browser.places import Visitor

ORDERS = "/backoffice/orders"


@pytest.fixture(scope="module")
def owner(chrome: Browser, base_url: str) -> Any:
    """The cookies of a person who may do everything."""
    visitor = Visitor(chrome, base_url)
    visitor.post("/account/sign-in", email="owner@kashcraft.example", password="saffron-and-walnut")
    return visitor.context.storage_state()


@pytest.fixture
def orders(open_page: OpenPage, owner: Any) -> Callable[..., Page]:
    """Return a function that opens the list of the orders to pack."""

    def opened(width: int = DESKTOP, **options: Any) -> Page:
        page = open_page(width, motion=False, storage_state=owner, **options)
        page.goto(ORDERS)
        return page

    return opened


def title(page: Page, number: int) -> Any:
    """Return the link of a row, counted from 0."""
    return page.locator("tbody th a").nth(number)


def test_keys_move_through_the_rows_and_enter_opens_one(orders: Callable[..., Page]) -> None:
    page = orders()
    page.keyboard.press("j")
    expect(title(page, 0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(title(page, 1)).to_be_focused()

    number = title(page, 1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(number)


def test_bar_of_actions_comes_with_the_first_selected_row_and_counts(orders: Callable[..., Page]) -> None:
    page = orders()
    bar = page.locator(".bulk-bar")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 selected")
    page.get_by_role("checkbox", name="Select KC").nth(3).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    expect(page.locator("[data-all]")).to_have_js_property("indeterminate", True)

    page.keyboard.press("a")
    expect(bar.get_by_role("button").first).to_be_focused()
    bar.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()


def test_one_box_selects_every_row(orders: Callable[..., Page]) -> None:
    page = orders()
    rows = page.locator("tbody > tr").count()
    page.get_by_role("checkbox", name="Select all rows").check()

    expect(page.locator(".bulk-bar")).to_contain_text(f"{rows} selected")


def test_actions_stand_below_the_table_without_javascript(orders: Callable[..., Page]) -> None:
    page = orders(java_script_enabled=False)

    expect(page.locator(".bulk-bar")).to_be_visible()
    expect(page.locator(".bulk-bar")).to_contain_text("With the selected rows:")
    expect(page.get_by_role("button", name="Apply")).to_be_visible()


def test_slash_focuses_the_search_where_keys_are_typed_as_text(orders: Callable[..., Page]) -> None:
    page = orders()
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search everything")
    expect(search).to_be_focused()
    page.keyboard.type("jx/?")

    expect(search).to_have_value("jx/?")
    expect(search).to_be_focused()
    expect(page.locator(".bulk-bar")).to_be_hidden()
    expect(page.locator("#staff-keys")).to_be_hidden()


def test_question_mark_lists_the_keys(orders: Callable[..., Page]) -> None:
    page = orders()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#staff-keys")).to_be_hidden()
    assert page.url.endswith(ORDERS)


def test_side_bar_stays_folded_on_the_next_page(orders: Callable[..., Page]) -> None:
    page = orders()
    rail = page.locator("#staff-rail")
    assert rail.bounding_box()["width"] == 216  # type: ignore[index]
    page.get_by_role("button", name="Fold the menu").click()
    assert rail.bounding_box()["width"] == 56  # type: ignore[index]
    page.reload()
    assert rail.bounding_box()["width"] == 56  # type: ignore[index]

    page.get_by_role("button", name="Fold the menu").click()
    page.reload()
    assert rail.bounding_box()["width"] == 216  # type: ignore[index]


def test_menu_of_a_phone_opens_without_javascript(orders: Callable[..., Page]) -> None:
    page = orders(PHONE, java_script_enabled=False)
    rail = page.locator("#staff-rail")
    expect(rail).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(rail).to_be_visible()

    rail.get_by_role("link", name="Stock").click()
    expect(page).to_have_url("/backoffice/stock")


def test_bottom_bar_of_a_phone_has_what_is_used_most(orders: Callable[..., Page]) -> None:
    page = orders(PHONE)
    bar = page.get_by_role("navigation", name="Most used")
    names = [text.split()[0] for text in bar.get_by_role("link").all_inner_texts()]
    assert [name for name in names if not name.isdigit()] == ["Orders", "Returns", "Stock", "Find"]

    bar.get_by_role("link", name="Find").click()
    expect(page.get_by_role("searchbox", name="Search everything")).to_be_focused()


def test_undo_is_offered_for_some_seconds_that_stop_under_the_pointer(orders: Callable[..., Page]) -> None:
    page = orders()
    page.clock.install()
    page.reload()
    number = title(page, 0).inner_text()
    page.get_by_role("button", name=f"order {number}").click()
    toast = page.locator("undo-toast")
    expect(toast).to_contain_text(number)
    expect(toast.get_by_role("button")).to_have_text("Undo (10)")
    page.clock.run_for(3000)
    expect(toast.get_by_role("button")).to_have_text("Undo (7)")
    toast.hover()
    page.clock.run_for(5000)
    expect(toast.get_by_role("button")).to_have_text("Undo (7)")

    toast.get_by_role("button").click()
    expect(title(page, 0)).to_have_text(number)


def test_back_after_undo_offers_nothing_any_more(orders: Callable[..., Page]) -> None:
    page = orders()
    number = title(page, 0).inner_text()
    page.get_by_role("button", name=f"order {number}").click()
    toast = page.locator("undo-toast")
    expect(toast).to_contain_text(number)
    assert "undo=" not in page.url
    page.keyboard.press("z")
    expect(page.get_by_text("1 order moved back.")).to_be_visible()

    page.go_back()
    expect(page.locator("h1")).to_have_text("Orders")
    expect(toast).to_have_count(0)


def test_focus_goes_on_to_the_row_after_those_that_something_was_done_with(
    orders: Callable[..., Page],
) -> None:
    page = orders()
    first, third = title(page, 0).inner_text(), title(page, 2).inner_text()
    page.get_by_role("checkbox", name="Select KC").nth(0).check()
    page.get_by_role("checkbox", name="Select KC").nth(1).check()
    page.locator(".bulk-bar").get_by_role("button").first.click()
    expect(page.locator("undo-toast")).to_contain_text(first)

    expect(page.get_by_role("link", name=third)).to_be_focused()
    page.keyboard.press("z")
    expect(title(page, 0)).to_have_text(first)
    expect(title(page, 0)).to_be_focused()


def test_units_that_were_typed_stay_while_the_list_is_searched(open_page: OpenPage, owner: Any) -> None:
    page = open_page(DESKTOP, motion=False, storage_state=owner)
    page.goto("/backoffice/stock")
    units = page.locator(".receive-field .input")
    typed = units.first
    name, product = typed.get_attribute("name"), title(page, 0).inner_text()
    typed.fill("4")
    search = page.get_by_role("searchbox", name="SKU or name")
    search.fill(page.locator("tbody tr").nth(5).locator("td").first.inner_text())
    search.press("Enter")
    expect(page.locator(f'input[type="hidden"][name="{name}"]')).to_have_value("4")
    expect(page.get_by_text("Units of products that are not shown: 4")).to_be_visible()

    page.locator(".filters").get_by_role("link", name="Clear").click()
    expect(page.locator(f'.receive-field [name="{name}"]')).to_have_value("4")
    page.get_by_role("button", name="Receive").click()
    toast = page.locator("undo-toast")
    expect(toast).to_contain_text(f"Received: 4 units of {product}")
    expect(toast.get_by_role("button")).to_contain_text("Undo (30)")

    page.keyboard.press("z")
    expect(page.get_by_text("The delivery is undone.")).to_be_visible()
    expect(page.locator(f'.receive-field [name="{name}"]')).to_have_value("4")


@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
@pytest.mark.parametrize(
    "path",
    [f"{ORDERS}?tab=all", "/backoffice/stock?tab=all", "/backoffice/vouchers", "/backoffice/gift-cards"],
)
def test_no_column_of_a_list_is_cut_off_and_no_sku_is_divided(
    open_page: OpenPage, owner: Any, path: str, width: int
) -> None:
    page = open_page(width, motion=False, storage_state=owner)
    page.goto(path)
    beyond = page.locator(".table-wrap").evaluate("table => table.scrollWidth - table.clientWidth")
    lines = page.locator("td[data-kind=code]").evaluate_all(
        """codes => codes.map(code => {
          const text = document.createRange();
          text.selectNodeContents(code);
          return text.getClientRects().length;
        })"""
    )

    assert (beyond, set(lines) - {1}) == (0, set())


FORM = """
<unsaved-changes><form class="office-form" method="post">
<input class="input" name="code" aria-label="Code" value="WELCOME">
<p data-unsaved hidden>Unsaved changes</p></form></unsaved-changes>
"""


def test_form_says_that_it_is_not_saved_and_asks_before_one_leaves(orders: Callable[..., Page]) -> None:
    page = orders()
    page.evaluate("html => document.querySelector('main').insertAdjacentHTML('beforeend', html)", FORM)
    code, note = page.get_by_label("Code", exact=True), page.locator("[data-unsaved]")
    expect(note).to_be_hidden()
    code.fill("SPRING")
    expect(note).to_be_visible()

    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator("#staff-rail").get_by_role("link", name="Returns").click()
    page.wait_for_timeout(200)
    assert (asked, page.url.endswith(ORDERS)) == (["beforeunload"], True)

    code.fill("WELCOME")
    expect(note).to_be_hidden()

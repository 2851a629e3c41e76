"""The product page: its first screen, its buy bar, its options and its pictures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched

# Phones, tablets, a laptop, and that laptop at 200 %.
SCREENS = [(320, 568), (360, 740), (390, 844), (768, 1024), (820, 1180), (1440, 900), (720, 450)]
PRODUCTS = ["/p/pashmina-scarf-bulbul", "/p/embroidered-slippers", "/p/pashmina-wrap"]


def bottom(page: Page, selector: str) -> float:
    """Return where the first element that is shown ends, or fail without one."""
    box = page.locator(selector).locator("visible=true").first.bounding_box()
    assert box, selector
    return box["y"] + box["height"]


def shown_picture(page: Page) -> str:
    """Return the address of the picture that the strip shows first."""
    return str(
        page.evaluate("""() => {
          const left = document.querySelector('.gallery__strip').getBoundingClientRect().left;
          const at = [...document.querySelectorAll('.gallery__slide')]
            .find(slide => Math.abs(slide.getBoundingClientRect().left - left) < 4);
          return at.href;
        }""")
    )


@pytest.mark.parametrize("path", PRODUCTS)
@pytest.mark.parametrize(("width", "height"), SCREENS, ids=lambda size: str(size))
def test_the_first_screen_holds_picture_name_price_and_a_button(
    open_page: OpenPage, path: str, width: int, height: int
) -> None:
    page = open_page(PHONE if width < 768 else DESKTOP, motion=False)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(path, wait_until="networkidle")

    bar = page.locator(".buy-bar").bounding_box()
    end = bar["y"] if bar else height
    assert bottom(page, "h1") <= end
    assert bottom(page, "#buy > .price") <= end
    assert bottom(page, ".buy-bar" if bar else ".buy__row .button") <= height
    slide = page.locator(".gallery__slide").first.bounding_box()
    assert slide
    assert slide["y"] < height / 2
    assert slide["height"] <= 0.62 * height + 1 or width >= 720
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_bar_is_there_while_the_button_is_not(open_page: OpenPage, width: int) -> None:
    page = open_page(width, motion=False)
    page.goto("/p/kahwa-tea-tin")
    bar, button = page.locator(".buy-bar"), page.get_by_role("button", name="Add to bag")
    button.scroll_into_view_if_needed()
    expect(bar).to_be_hidden()

    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(bar).to_be_visible()
    top = bar.evaluate("bar => bar.getBoundingClientRect().top")
    assert bottom(page, "footer") <= top + 1
    page.locator("footer a").last.focus()
    assert page.locator("footer a").last.evaluate("link => link.getBoundingClientRect().bottom") <= top
    bar.locator(".button").click()
    expect(page.locator("#cart-drawer .line")).to_contain_text("Kahwa tea")


def test_without_javascript_there_is_no_bar(open_page: OpenPage) -> None:
    page = open_page(PHONE, java_script_enabled=False)
    page.goto("/p/kahwa-tea-tin")
    expect(page.locator(".buy-bar")).to_be_hidden()
    expect(page.get_by_role("button", name="Add to bag")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("scripted", [True, False], ids=["with scripts", "without"])
def test_a_missing_size_is_requested_beside_the_sizes(
    open_page: OpenPage, watched: Watched, width: int, scripted: bool
) -> None:
    watched.expected.add(422)
    page = open_page(width, motion=False, java_script_enabled=scripted)
    page.goto("/p/embroidered-slippers")
    assert page.locator(".pill__input:checked").count() == 0
    expect(page.locator("#buy > .price")).to_have_text("$68.00")

    page.get_by_role("button", name="Choose a size").click()
    error = page.locator("#option-error")
    expect(error).to_have_text("Choose a size")
    expect(error).to_be_in_viewport()
    if scripted:
        expect(error).to_be_focused()
    expect(page.locator("#cart-drawer")).to_be_hidden()

    page.get_by_role("radio", name="38", exact=True).check()
    if scripted:
        expect(page.locator(".pills__chosen")).to_have_text("38")
        expect(error).to_have_count(0)
    page.get_by_role("button", name="Add to bag" if scripted else "Choose a size").click()
    expect(page.locator(".line__meta").first).to_have_text("EU size: 38")


def test_the_bar_leads_to_the_sizes_as_well(open_page: OpenPage, watched: Watched) -> None:
    watched.expected.add(422)
    page = open_page(PHONE, motion=False)
    page.goto("/p/embroidered-slippers")
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.locator(".buy-bar .button").click()
    expect(page.locator("#option-error")).to_be_focused()
    expect(page.locator("#option-error")).to_be_in_viewport()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_pictures_follow_the_color(open_page: OpenPage, width: int) -> None:
    page = open_page(width, motion=False)
    page.goto("/p/pashmina-wrap")
    assert "ivory-1" in shown_picture(page)

    page.locator(".pill", has_text="Rose").click()
    expect(page.locator(".pills__chosen")).to_have_text("Rose")
    assert "rose-1" in shown_picture(page)

    page.get_by_role("button", name="Add to bag").click()
    line = page.locator("#cart-drawer .line__picture img")
    assert "rose-1" in line.evaluate("image => image.currentSrc || image.src")


def test_the_pictures_follow_the_color_without_javascript_and_by_address(open_page: OpenPage) -> None:
    page = open_page(PHONE, java_script_enabled=False)
    page.goto("/p/pashmina-wrap")
    page.locator(".pill", has_text="Rose").click()
    page.get_by_role("button", name="Show this choice").click()
    assert "rose-1" in (page.locator(".gallery__slide").first.get_attribute("href") or "")


def test_pictures_take_one_stop_of_the_tab_key_and_open_large_one_after_another(open_page: OpenPage) -> None:
    page = open_page(DESKTOP, motion=False)
    page.goto("/p/pashmina-wrap")
    stops = ".gallery :is(a, button, [tabindex]):not([tabindex='-1'])"
    assert page.locator(stops).locator("visible=true").count() == 1

    first = page.locator(".gallery__slide").first
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".gallery__slide").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    zoom = page.locator(".zoom")
    expect(zoom.locator(".zoom__place")).to_have_text("Picture 2 of 4")
    zoom.get_by_role("button", name="Next picture").click()
    expect(zoom.locator(".zoom__place")).to_have_text("Picture 3 of 4")
    page.keyboard.press("ArrowLeft")
    expect(zoom.locator(".zoom__place")).to_have_text("Picture 2 of 4")

    image = zoom.locator("img")
    page.wait_for_function("document.querySelector('.zoom img').complete")
    fitted = image.evaluate("image => image.offsetWidth")
    image.click()
    assert image.evaluate("image => image.offsetWidth") >= 2 * fitted - 1
    page.keyboard.press("Escape")
    expect(page.locator(".gallery__slide").nth(1)).to_be_focused()


def test_a_chosen_variant_is_announced_with_price_and_stock(open_page: OpenPage) -> None:
    page = open_page(PHONE)
    page.goto("/p/saffron-jar")
    page.locator(".pill", has_text="5 g").click()
    said = page.locator("toast-region")
    expect(said).to_have_text(
        re.compile(r"^5 g: \$[\d.]+\. (In stock|Only \d left|Sold out|Somebody is paying for it now.)$")
    )
    expect(said.locator(".toast")).to_have_count(0)

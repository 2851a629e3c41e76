"""A password can be looked at while it is typed, and is hidden again before it is sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, Watched


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_a_password_is_shown_and_hidden(open_page: OpenPage, watched: Watched, width: int) -> None:
    watched.expected.add(422)
    page = open_page(width)
    page.goto("/account/sign-in")
    password, show = page.locator("#password"), page.get_by_role("button", name="Show password")
    page.get_by_label("E-mail address").fill("nobody@example.com")
    password.fill("not-the-right-one")
    expect(show).to_have_attribute("aria-pressed", "false")

    show.click()

    expect(show).to_have_attribute("aria-pressed", "true")
    expect(password).to_have_attribute("type", "text")
    expect(password).to_have_value("not-the-right-one")
    password.press("Enter")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("#password")).to_have_attribute("type", "password")


def test_without_javascript_there_is_no_such_button(open_page: OpenPage) -> None:
    page = open_page(PHONE, java_script_enabled=False)
    page.goto("/account/sign-in")
    expect(page.locator("#password")).to_be_visible()
    expect(page.get_by_role("button", name="Show password")).to_have_count(0)

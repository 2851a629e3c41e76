"""The checklist in words."""

from __future__ import annotations

from flask import Flask

from kashcraft.backoffice.readiness.presenters import CheckLine, check_lines
from kashcraft.backoffice.readiness.rules import LEGAL_PAGES, ShopState


def test_a_line_leads_to_the_page_where_it_is_done(database: Flask) -> None:
    lines = check_lines(ShopState(), lambda endpoint, values: f"/{endpoint}/{'/'.join(values.values())}")

    assert lines[1] == CheckLine(
        "Country and currency", False, "Shop settings", "/backoffice.settings_group/region"
    )
    assert [line.url for line in lines if line.place == "KASHCRAFT_PAYMENTS"] == [""]
    assert {line.is_done for line in lines} == {False}


def test_the_sandbox_and_missing_pages_are_named(database: Flask) -> None:
    state = ShopState(gateway="sandbox", pages=frozenset(LEGAL_PAGES) - {"terms", "privacy"})
    lines = check_lines(state, lambda _endpoint, _values: "")

    assert ("A payment gateway (the sandbox accepts test cards only)", True) in [
        (line.text, line.is_done) for line in lines
    ]
    assert lines[-1].text == "Legal pages, of which these are missing or not complete: terms, privacy"

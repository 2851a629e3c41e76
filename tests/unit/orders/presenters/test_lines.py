"""The lines of an order as pages show them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.orders.models import OrderLine
from kashcraft.orders.presenters import LinePicture, ShownLine, shown_lines
from tests.factories.drafts import made_order

PICTURE = {"stem": "shawl-01", "width": 1280, "height": 1600, "widths": [320, 640, 960], "alt": "A shawl"}


def line(**values: Any) -> OrderLine:
    usual = {
        "id": UUID(int=1), "name": "Shawl", "options": "Size: M", "sku": "SH", "page_slug": "shawl",
        "picture": PICTURE, "quantity": 2, "unit_price": 2500, "gross": 5000, "discount": 400,
        "tax_rate": 72_500, "refunded_quantity": 1, "is_gift_card": False, "details": None,
    }  # fmt: skip
    return OrderLine(**{**usual, **values})


def test_a_line_shows_its_price_and_refunded_units() -> None:
    assert shown_lines(made_order(), [line()], Formats()) == [
        ShownLine(
            id=UUID(int=1), name="Shawl", options="Size: M", sku="SH", slug="shawl",
            picture=LinePicture("shawl-01", 1280, 1600, (320, 640, 960), "A shawl"), quantity=2,
            unit=Money(2500, "USD"), amount=Money(5000, "USD"), discount=Money(-400, "USD"),
            tax_rate="7.25%", returned=1, gift_text="",
        )
    ]  # fmt: skip


def test_the_smallest_files_are_large_enough_for_a_line() -> None:
    picture = LinePicture.of(line())

    assert picture is not None
    assert picture.src == "/media/shawl-01-320.webp"
    assert picture.srcset("avif") == "/media/shawl-01-320.avif 320w, /media/shawl-01-640.avif 640w"
    assert LinePicture.of(line(picture=None)) is None
    assert LinePicture.of(line(picture={**PICTURE, "widths": []})) is None


def test_a_gift_card_line_names_its_recipient() -> None:
    bob = {"recipient_name": "Bob", "recipient_email": "bob@shop.example"}
    lines = [
        line(is_gift_card=True, details=details)
        for details in (bob, {**bob, "recipient_name": "", "deliver_on": "2026-03-08"}, None)
    ]

    assert [shown.gift_text for shown in shown_lines(made_order(), lines, Formats())] == [
        "For Bob, by e-mail to bob@shop.example",
        "For bob@shop.example, by e-mail to bob@shop.example, on March 8, 2026",
        "",
    ]

"""Staff see how the stock of a piece has moved, and what the figures of all of it say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.inventory import jobs, services
from kashcraft.inventory.models import Inventory
from tests.factories.catalogue import make_product
from tests.factories.orders import paid, stocked
from tests.factories.people import person, signed_in


def packer(app: Flask) -> FlaskClient:
    """Return the screen of somebody of the fulfilment team, who has just signed in."""
    return signed_in(app, Role.FULFILMENT)


def cells(page: str) -> list[list[str]]:
    """Return the rows of the tables of a page, as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    found = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in found if row]


def test_the_movements_of_a_piece_with_who_why_and_which_order(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        bowl = stocked(10, name="Walnut bowl")
        frozen.advance(hours=1)
        order = paid((bowl, 2))
        order_id, number, piece, asha = order.id, order.number, bowl.id, person()
        frozen.advance(days=1)
        with step():
            services.damage(product_id=piece, quantity=1, key="1", user_id=asha, notes="A crack")
    page = packer(app).get(f"/backoffice/stock/{piece}").text

    assert cells(page) == [
        ["March 3, 2026, 11:00\xa0AM", "−1", "7", "Damaged", "Asha Bhat", "–", "A crack"],
        ["March 2, 2026, 11:00\xa0AM", "−2", "8", "Sold", "The shop", number, "–"],
        ["March 2, 2026, 10:00\xa0AM", "+10", "10", "Arrived", "The shop", "–", "–"],
    ]
    assert f'href="/backoffice/orders/{order_id}"' in page
    assert "<dt>Free</dt><dd>7</dd>" in page
    assert "10, then order 50" in page


def test_a_long_history_has_pages(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        piece = stocked(50).id
        for number in range(30):
            with step():
                services.damage(product_id=piece, quantity=1, key=str(number))
        frozen.advance(days=91)
        jobs.archive_logs()
    screen = packer(app)
    assert len(cells(screen.get(f"/backoffice/stock/{piece}").text)) == 30
    assert [row[1] for row in cells(screen.get(f"/backoffice/stock/{piece}?page=2").text)] == ["+50"]


def test_a_piece_whose_stock_never_moved(app: Flask) -> None:
    with app.app_context():
        piece = make_product(stock=3).id
    assert "Nothing has moved yet" in packer(app).get(f"/backoffice/stock/{piece}").text


def test_what_is_no_piece_is_not_found(app: Flask) -> None:
    unknown = "/backoffice/stock/00000000-0000-7000-8000-000000000000"
    assert packer(app).get(unknown).status_code == 404


def test_the_figures(app: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]) -> None:
    with app.app_context():
        stocked(2, name="Copper pot", price="100.00")
        frozen.advance(days=100)
        bowl = stocked(12, name="Walnut bowl", price="40.00")
        frozen.advance(days=1)
        paid((bowl, 3))
        frozen.advance(minutes=1)
    screen = packer(app)
    with count_statements() as seen:
        page = screen.get("/backoffice/stock/figures").text

    assert "11 units, 0 of them held" in page
    assert "$560.00" in page
    assert "$0.00, without 11 units whose cost is not known" in page
    assert "<dt>Sold</dt><dd>3 units</dd>" in page
    assert "0.46 times" in page
    assert [row[0] for row in cells(page)] == ["Walnut bowl", "Copper pot"]
    assert cells(page)[0][2:] == ["9", "3", "90 days"]
    assert cells(page)[1][2:] == ["2", "$200.00", "Never"]
    assert len(seen) <= 10


def test_an_empty_shop_has_figures_too(app: Flask) -> None:
    page = packer(app).get("/backoffice/stock/figures?days=90").text
    assert "The last 90 days" in page
    assert "Nothing was sold in this time." in page
    assert "Everything on hand has sold or arrived lately." in page


def test_staff_say_how_many_units_of_a_piece_one_order_may_hold(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        piece = stocked(50).id
    screen = packer(app)
    assert "Empty: 10 units, as for every product." in screen.get(f"/backoffice/stock/{piece}").text
    refused = screen.post(f"/backoffice/stock/{piece}/limit", data={"most": "0"})
    assert (refused.status_code, "A whole number from 1 to 10,000." in refused.text) == (422, True)
    for typed, kept in (("25", 25), ("", None)):
        answer = screen.post(f"/backoffice/stock/{piece}/limit", data={"most": typed})
        assert answer.headers["Location"] == f"/backoffice/stock/{piece}?notice=stock_limited"
        with app.app_context():
            assert db.session.scalar(sa.select(Inventory.most_per_order)) == kept

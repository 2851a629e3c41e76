"""The page of one product's stock, and the figures of all stock."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.inventory import jobs, services
from kashcraft.inventory.models import Inventory
from tests.factories.catalogue import make_product
from tests.factories.orders import paid, place, stocked, uncounted
from tests.factories.people import person, signed_in


def packer(app: Flask) -> FlaskClient:
    """Return the browser of a member of the fulfilment team who has just signed in."""
    return signed_in(app, Role.FULFILMENT)


def cells(page: str) -> list[list[str]]:
    """Return the rows of the tables of a page, as text."""
    body = "".join(re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL))
    page = re.sub(r'<span class="table__(?:label|note)">[^<]*</span>', "", body)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in found if row]


def test_movements_show_who_why_and_which_order(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        bowl = stocked(10, name="Walnut bowl")
        frozen.advance(hours=1)
        order = paid((bowl, 2))
        order_id, number, product_id, asha = order.id, order.number, bowl.id, person()
        frozen.advance(days=1)
        with step():
            services.damage(product_id=product_id, quantity=1, key="1", user_id=asha, notes="A crack")
    page = packer(app).get(f"/backoffice/stock/{product_id}").text

    assert cells(page) == [
        ["March 3, 2026, 11:00\xa0AM", "−1", "7", "Damaged", "Asha Bhat", "", "A crack"],
        ["March 2, 2026, 11:00\xa0AM", "−2", "8", "Sold", "The shop", number, ""],
        ["March 2, 2026, 10:00\xa0AM", "+10", "10", "Received", "The shop", "", ""],
    ]
    assert f'href="/backoffice/orders/{order_id}"' in page
    assert "<dt>Available</dt><dd>7</dd>" in page
    assert "<dt>Reorder level</dt><dd>10</dd>" in page
    assert "<dt>Reorder quantity</dt><dd>50</dd>" in page


def test_a_long_history_has_pages(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        product_id = stocked(50).id
        for number in range(30):
            with step():
                services.damage(product_id=product_id, quantity=1, key=str(number))
        frozen.advance(days=91)
        jobs.archive_logs()
    screen = packer(app)
    assert len(cells(screen.get(f"/backoffice/stock/{product_id}").text)) == 30
    assert [row[1] for row in cells(screen.get(f"/backoffice/stock/{product_id}?page=2").text)] == ["+50"]


def test_a_product_without_movements(app: Flask) -> None:
    with app.app_context():
        product_id = make_product(stock=3).id
    assert "No movements yet" in packer(app).get(f"/backoffice/stock/{product_id}").text


def test_an_unknown_product_is_not_found(app: Flask) -> None:
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
    assert ", without 11 units of unknown cost" in page
    assert "<dt>Sold</dt><dd>3 units</dd>" in page
    assert "0.46 times" in page
    assert [row[0] for row in cells(page)] == ["Walnut bowl", "Copper pot"]
    assert cells(page)[0][2:] == ["9", "3", "90 days"]
    assert cells(page)[1][2:] == ["2", "$200.00", "Never"]
    # Three of them count the waiting work for the navigation.
    assert len(seen) <= 11


def test_an_empty_shop_has_figures_too(app: Flask) -> None:
    page = packer(app).get("/backoffice/stock/figures?days=90").text
    assert "The last 90 days" in page
    assert "Nothing was sold in this time." in page
    assert "Every product on hand was sold or received in this time." in page


def test_staff_limit_the_units_of_a_product_in_one_order(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        product_id = stocked(50).id
    screen = packer(app)
    assert "Empty: 10 units, as for every product." in screen.get(f"/backoffice/stock/{product_id}").text
    refused = screen.post(f"/backoffice/stock/{product_id}/limit", data={"most": "0"})
    assert (refused.status_code, "A whole number from 1 to 10,000." in refused.text) == (422, True)
    for typed, stored in (("25", 25), ("", None)):
        answer = screen.post(f"/backoffice/stock/{product_id}/limit", data={"most": typed})
        assert answer.headers["Location"] == f"/backoffice/stock/{product_id}?notice=stock_limited"
        with app.app_context():
            assert db.session.scalar(sa.select(Inventory.most_per_order)) == stored


def test_staff_stop_and_start_counting_a_product(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        bowl = stocked(10, name="Walnut bowl").id
    screen, address = packer(app), f"/backoffice/stock/{bowl}"
    counted = screen.get(address).text
    assert "Its 10 units on hand are removed from stock" in counted
    answer = screen.post(f"{address}/without-count")
    assert answer.headers["Location"] == f"{address}?notice=counting_ended"
    page = screen.get(address).text
    assert "<dt>Available</dt><dd>Not counted</dd>" in page
    assert [word in page for word in ("<dt>On hand</dt>", "<dt>Held</dt>", "Stop counting")] == [False] * 3
    assert cells(page)[0][1:4] == ["−10", "0", "Counted"]
    assert cells(page)[0][6] == "No longer counted"

    assert screen.post(f"{address}/counting", data={"quantity": "12"}).headers["Location"] == (
        f"{address}?notice=counting_begun"
    )
    assert "<dt>On hand</dt><dd>12</dd>" in screen.get(address).text
    late = screen.post(f"{address}/counting", data={"quantity": "99"})
    assert late.headers["Location"] == f"{address}?notice=counted_elsewhere"
    assert "<dt>On hand</dt><dd>12</dd>" in screen.get(address).text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Please enter how many are on hand."),
        ("-1", "A whole number from 0 to 1,000,000."),
        ("2", "Unpaid orders hold 3 units. Please count those, too."),
    ],
)
def test_a_wrong_first_count_is_reported_beside_its_field(app: Flask, typed: str, message: str) -> None:
    with app.app_context():
        blend = uncounted(name="Tea blend")
        place((blend, 3))
        product_id = blend.id
    answer = packer(app).post(f"/backoffice/stock/{product_id}/counting", data={"quantity": typed})
    assert answer.status_code == 422
    assert re.search(rf'id="quantity-error"[^>]*>(?:(?!</p>).)*{re.escape(message)}', answer.text, re.DOTALL)
    assert f'value="{typed}"' in answer.text


def test_only_those_who_keep_stock_switch_counting(app: Flask) -> None:
    with app.app_context():
        bowl = stocked(10).id
    screen = signed_in(app, Role.SUPPORT)
    for action in ("counting", "without-count"):
        assert screen.post(f"/backoffice/stock/{bowl}/{action}", data={"quantity": "1"}).status_code == 404
    assert screen.get("/backoffice/stock/not-counted").status_code == 404

"""Open pages are updated within seconds when stock changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import step
from kashcraft.core.ids import new_id
from kashcraft.inventory import jobs, services
from kashcraft.inventory.models import HolderKind
from tests.factories.catalogue import make_category, make_product, make_product_with_variants, variants_of
from tests.factories.orders import stocked

pytestmark = pytest.mark.usefixtures("database")
QUICK = HolderKind.QUICK_CHECKOUT


def hold(product: Product, units: int, holder: UUID | None = None) -> UUID:
    holder = holder or new_id()
    with step():
        services.hold(
            holder_kind=QUICK, holder_id=holder, lines=[(product.id, units)],
            expires_at=clock.now() + timedelta(minutes=30),
        )  # fmt: skip
    return holder


def watched(page: str) -> str:
    """Return the URL that the page polls."""
    found = re.search(r'<live-stock[^>]* src="([^"]+)"', page)
    assert found is not None
    return found[1]


def ask(client: FlaskClient, address: str, known: TestResponse | None = None) -> TestResponse:
    """Poll like the page, with the version that it already has."""
    headers = {"If-None-Match": known.headers["ETag"]} if known is not None else {}
    return client.get(address, headers=headers)


def test_the_response_contains_only_changes(client: FlaskClient, frozen: FrozenClock) -> None:
    bowl = stocked(5, name="Walnut bowl")
    address = watched(client.get("/p/walnut-bowl").text)
    first = ask(client, address)
    assert first.json == {str(bowl.id): {"state": "in_stock", "text": "In stock", "most": None}}

    hold(bowl, 1)
    frozen.advance(seconds=8)
    unseen = ask(client, address, first)
    assert (unseen.status_code, unseen.data) == (304, b"")

    hold(bowl, 2)
    frozen.advance(seconds=8)
    second = ask(client, address, first)
    assert second.json == {str(bowl.id): {"state": "low", "text": "Only 2 left", "most": 2}}

    hold(bowl, 2)
    frozen.advance(seconds=8)
    third = ask(client, address, second)
    assert third.json == {
        str(bowl.id): {
            "state": "held",
            "text": "Somebody is paying for it now.",
            "most": 0,
            "until": "2026-03-02T10:30:00+00:00",
        }
    }
    frozen.advance(seconds=8)
    assert ask(client, address, third).status_code == 304


def test_units_of_expired_holds_are_shown_as_free(client: FlaskClient, frozen: FrozenClock) -> None:
    bowl = stocked(1, name="Walnut bowl")
    hold(bowl, 1)
    address = watched(client.get("/p/walnut-bowl").text)
    gone = ask(client, address)
    assert gone.json is not None
    assert gone.json[str(bowl.id)]["state"] == "held"
    frozen.advance(minutes=30)
    back = ask(client, address, gone)
    assert back.json == {str(bowl.id): {"state": "low", "text": "Only 1 left", "most": 1}}


@pytest.mark.parametrize("units", [0, 1, 3, 4, 50])
def test_the_response_equals_the_texts_of_the_page(
    client: FlaskClient, frozen: FrozenClock, units: int
) -> None:
    bowl = stocked(units, name="Walnut bowl")
    page = client.get("/p/walnut-bowl").text
    response = ask(client, watched(page)).json
    assert response is not None
    one = response[str(bowl.id)]
    assert f'<p class="stock" data-state="{one["state"]}">{one["text"]}</p>' in page


def test_the_page_of_a_product_with_variants_polls_all_of_them(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    family = make_product_with_variants("Pheran", options={"Size": ("S", "M")}, stocks=(2, 0))
    small, medium = (one.id for one in variants_of(family))
    for query, shown in (("", ""), (f"?choice={small}", small), (f"?choice={medium}", medium)):
        panel = client.get(f"/p/pheran{query}", headers={"HX-Request": "true"}).text
        assert watched(panel) == f"/stock?ids={small},{medium}"
        assert f'data-shown="{shown}"' in panel
        assert re.findall(r'data-of="([\d ]+)"', panel) == ["0", "1"]


def test_the_page_of_a_product_with_many_variants_polls_a_limited_number(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    sizes = tuple(f"{number} cm" for number in range(60))
    family = make_product_with_variants("Carpet", options={"Size": sizes}, stocks=(1,) * 60)
    last = variants_of(family)[-1].id
    page = client.get(f"/p/carpet?choice={last}").text
    asked = watched(page).partition("=")[2].split(",")
    assert (len(asked), asked[-1]) == (50, str(last))
    # A pill of a variant that is not polled does not change.
    assert len(re.findall(r'data-of="', page)) == 49


def test_the_page_of_a_gift_card_does_not_poll(client: FlaskClient, frozen: FrozenClock) -> None:
    make_product("Gift card", sold={"is_gift_card": True})
    page = client.get("/p/gift-card").text
    assert "live-stock" not in page


def test_the_cart_drawer_polls_like_the_cart_page(client: FlaskClient, frozen: FrozenClock) -> None:
    bowl, drawer = stocked(6, name="Walnut bowl"), {"HX-Request": "true", "HX-Target": "cart-drawer-body"}
    added = client.post(
        "/cart/lines", data={"product_id": str(bowl.id), "quantity": "4"}, headers=drawer
    ).text
    assert watched(added) == f"/stock?ids={bowl.id}:4"
    assert 'hx-get="/cart" hx-trigger="stock:changed" hx-target="#cart-drawer-body"' in added
    hold(bowl, 3)
    anew = client.get("/cart", headers=drawer).text
    assert anew.lstrip().startswith('<div class="drawer__lines">')
    assert "Only 3 are free now; your bag asks for 4. Somebody is paying for more." in anew
    assert 'id="drawer-checkout"' not in anew


def test_the_cart_page_shows_when_too_few_units_are_left(client: FlaskClient, frozen: FrozenClock) -> None:
    bowl, shawl = stocked(6, name="Walnut bowl"), stocked(9, name="Kani shawl")
    client.post("/cart/lines", data={"product_id": str(bowl.id), "quantity": "4"})
    client.post("/cart/lines", data={"product_id": str(shawl.id), "quantity": "1"})
    page = client.get("/cart").text
    address = watched(page)
    assert address == f"/stock?ids={bowl.id}:4,{shawl.id}:1"
    assert 'hx-get="/cart" hx-trigger="stock:changed" hx-target="#cart" hx-swap="outerHTML"' in page
    known = ask(client, address)

    hold(bowl, 2)
    frozen.advance(seconds=8)
    assert ask(client, address, known).status_code == 304
    hold(bowl, 1)
    frozen.advance(seconds=8)
    assert ask(client, address, known).status_code == 200
    part = client.get("/cart", headers={"HX-Request": "true", "HX-Target": "cart"}).text
    assert "Only 3 are free now; your bag asks for 4. Somebody is paying for more." in part
    assert part.lstrip().startswith('<div id="cart">')


def test_an_empty_cart_does_not_poll(client: FlaskClient) -> None:
    assert "live-stock" not in client.get("/cart").text


def test_the_response_is_the_same_for_all_visitors_and_not_cached(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    bowl = stocked(5)
    answer = client.get(f"/stock?ids={bowl.id}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/json"
    assert "Set-Cookie" not in answer.headers
    client.set_cookie("cart", "somebody.3")
    assert client.get(f"/stock?ids={bowl.id}").data == answer.data


def test_a_compressed_response_keeps_its_version(client: FlaskClient, frozen: FrozenClock) -> None:
    address = "/stock?ids=" + ",".join(str(stocked(1).id) for _ in range(40))
    packed = {"Accept-Encoding": "gzip"}
    first = client.get(address, headers=packed)
    assert first.headers["Content-Encoding"] == "gzip"
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(address, headers=packed | known).status_code == 304


@pytest.mark.parametrize("ids", ["", "nonsense", str(UUID(int=7)), "a:b,c", "," * 500])
def test_invalid_ids_get_an_empty_response(client: FlaskClient, ids: str) -> None:
    answer = client.get(f"/stock?ids={ids}")
    assert answer.status_code == 200
    assert answer.json is not None
    assert {one["state"] for one in answer.json.values()} <= {"sold_out"}


def test_a_thousand_polls_take_one_statement_in_two_seconds(
    client: FlaskClient, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    products = [stocked(1).id for _ in range(10)]
    for product in products:
        client.get(f"/stock?ids={product}")
    frozen.advance(seconds=2)
    with count_statements() as seen:
        for _ in range(5):
            for product in products:
                client.get(f"/stock?ids={product}")
    assert len(seen) == 1
    assert seen.writes == []


def test_held_products_leave_the_in_stock_filter_until_their_holds_are_released(
    app: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    category = make_category("Bowls")
    bowl = make_product("Walnut bowl", stock=1, categories=[category])
    make_product("Copper bowl", stock=40, categories=[category])

    def listed(query: str = "") -> str:
        return client.get(f"/c/bowls{query}").text

    assert "Reserved for now" not in listed()
    hold(bowl, 1)
    assert "Reserved for now" in listed()
    assert "Walnut bowl" not in listed("?stock=in")

    frozen.advance(minutes=30)
    jobs.release_expired()
    assert "Reserved for now" not in listed()
    assert "Walnut bowl" in listed("?stock=in")

"""Open pages learn within seconds what others have bought, and what is back."""

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
    """Return the address that the page asks."""
    found = re.search(r'<live-stock[^>]* src="([^"]+)"', page)
    assert found is not None
    return found[1]


def ask(client: FlaskClient, address: str, known: TestResponse | None = None) -> TestResponse:
    """Ask as the page does, naming what it knows already."""
    headers = {"If-None-Match": known.headers["ETag"]} if known is not None else {}
    return client.get(address, headers=headers)


def test_a_page_is_told_what_changes_and_nothing_else(client: FlaskClient, frozen: FrozenClock) -> None:
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


def test_holds_beyond_their_time_are_shown_as_free_before_the_sweep(
    client: FlaskClient, frozen: FrozenClock
) -> None:
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
def test_the_answer_says_what_the_page_says(client: FlaskClient, frozen: FrozenClock, units: int) -> None:
    bowl = stocked(units, name="Walnut bowl")
    page = client.get("/p/walnut-bowl").text
    told = ask(client, watched(page)).json
    assert told is not None
    one = told[str(bowl.id)]
    assert f'<p class="stock" data-state="{one["state"]}">{one["text"]}</p>' in page


def test_the_page_of_a_family_asks_for_all_its_choices_and_says_which_one_it_shows(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    family = make_product_with_variants("Pheran", options={"Size": ("S", "M")}, stocks=(2, 0))
    small, medium = (one.id for one in variants_of(family))
    for query, shown in (("", ""), (f"?choice={small}", small), (f"?choice={medium}", medium)):
        panel = client.get(f"/p/pheran{query}", headers={"HX-Request": "true"}).text
        assert watched(panel) == f"/stock?ids={small},{medium}"
        assert f'data-shown="{shown}"' in panel
        assert re.findall(r'data-of="([\d ]+)"', panel) == ["0", "1"]


def test_the_page_of_a_large_family_asks_for_no_more_than_it_is_told(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    sizes = tuple(f"{number} cm" for number in range(60))
    family = make_product_with_variants("Carpet", options={"Size": sizes}, stocks=(1,) * 60)
    last = variants_of(family)[-1].id
    page = client.get(f"/p/carpet?choice={last}").text
    asked = watched(page).partition("=")[2].split(",")
    assert (len(asked), asked[-1]) == (50, str(last))
    # A pill whose choice is not asked for is left as it is.
    assert len(re.findall(r'data-of="', page)) == 49


def test_a_gift_card_has_nothing_to_look_after(client: FlaskClient, frozen: FrozenClock) -> None:
    make_product("Gift card", sold={"is_gift_card": True})
    page = client.get("/p/gift-card").text
    assert "live-stock" not in page


def test_an_open_drawer_is_looked_after_like_the_page_of_the_bag(
    client: FlaskClient, frozen: FrozenClock
) -> None:
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


def test_an_open_bag_is_told_when_too_few_are_left(client: FlaskClient, frozen: FrozenClock) -> None:
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


def test_an_empty_bag_asks_nothing(client: FlaskClient) -> None:
    assert "live-stock" not in client.get("/cart").text


def test_the_answer_is_the_same_for_everybody_and_kept_by_nobody(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    bowl = stocked(5)
    answer = client.get(f"/stock?ids={bowl.id}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/json"
    assert "Set-Cookie" not in answer.headers
    client.set_cookie("cart", "somebody.3")
    assert client.get(f"/stock?ids={bowl.id}").data == answer.data


def test_a_large_answer_is_recognised_although_it_travels_compressed(
    client: FlaskClient, frozen: FrozenClock
) -> None:
    address = "/stock?ids=" + ",".join(str(stocked(1).id) for _ in range(40))
    packed = {"Accept-Encoding": "gzip"}
    first = client.get(address, headers=packed)
    assert first.headers["Content-Encoding"] == "gzip"
    known = {"If-None-Match": first.headers["ETag"]}
    assert client.get(address, headers=packed | known).status_code == 304


@pytest.mark.parametrize("ids", ["", "nonsense", str(UUID(int=7)), "a:b,c", "," * 500])
def test_strange_questions_have_harmless_answers(client: FlaskClient, ids: str) -> None:
    answer = client.get(f"/stock?ids={ids}")
    assert answer.status_code == 200
    assert answer.json is not None
    assert {one["state"] for one in answer.json.values()} <= {"sold_out"}


def test_a_thousand_questions_cost_one_statement_in_two_seconds(
    client: FlaskClient, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    pieces = [stocked(1).id for _ in range(10)]
    for piece in pieces:
        client.get(f"/stock?ids={piece}")
    frozen.advance(seconds=2)
    with count_statements() as seen:
        for _ in range(5):
            for piece in pieces:
                client.get(f"/stock?ids={piece}")
    assert len(seen) == 1
    assert seen.writes == []


def test_what_is_held_leaves_the_list_of_what_is_in_stock_and_comes_back_after_the_sweep(
    app: Flask, client: FlaskClient, frozen: FrozenClock
) -> None:
    shelf = make_category("Bowls")
    bowl = make_product("Walnut bowl", stock=1, categories=[shelf])
    make_product("Copper bowl", stock=40, categories=[shelf])

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

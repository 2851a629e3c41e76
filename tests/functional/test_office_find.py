"""The search for everything: what each role finds, one hit, none, and whole codes of gift cards."""

from __future__ import annotations

import pytest
from flask import Flask

from kashcraft.accounts.models import Role
from tests.factories.gift_cards import make_card
from tests.factories.orders import member, place, stocked
from tests.factories.people import signed_in
from tests.factories.vouchers import make_voucher


@pytest.fixture
def walnut(app: Flask) -> None:
    """Everything that "walnut" finds: two products, two members and two vouchers."""
    with app.app_context():
        for name in ("Walnut bowl", "Walnut box"):
            stocked(50, name=name)
            member(email=f"{name.split()[1]}@walnut.example")
            make_voucher(name=name, code=name.replace(" ", "").upper())


@pytest.mark.parametrize(
    ("role", "headings"),
    [
        (Role.OWNER, ["Products", "Members", "Vouchers"]),
        (Role.FULFILMENT, ["Products"]),
        (Role.SUPPORT, ["Members", "Vouchers"]),
        (Role.EDITOR, ["Vouchers"]),
    ],
)
def test_each_role_finds_what_its_sections_have(
    app: Flask, walnut: None, role: Role, headings: list[str]
) -> None:
    page = signed_in(app, role).get("/backoffice/find?find=walnut").text

    assert "Results for “walnut”" in page
    for number, heading in enumerate(headings, 1):
        assert f'<h2 id="found-{number}">{heading}</h2>' in page
    assert f"found-{len(headings) + 1}" not in page


def test_a_single_hit_is_opened_at_once(app: Flask) -> None:
    with app.app_context():
        order = place((stocked(50), 1))
    answer = signed_in(app, Role.SUPPORT).get(f"/backoffice/find?find={order.number.lower()}")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/backoffice/orders/{order.id}")


def test_more_than_five_hits_lead_to_the_list(app: Flask) -> None:
    with app.app_context():
        for number in range(6):
            stocked(50, name=f"Walnut box {number}")
    page = signed_in(app, Role.FULFILMENT).get("/backoffice/find?find=walnut").text

    assert 'href="/backoffice/stock?find=walnut&amp;tab=all">All 6</a>' in page
    assert page.count("Walnut box") == 5


def test_without_hits_the_page_says_what_can_be_searched_for(app: Flask) -> None:
    page = signed_in(app, Role.FULFILMENT).get("/backoffice/find?find=nothing")

    assert page.status_code == 200
    assert "Nothing found for “nothing”." in page.text
    assert "Products: name or SKU" in page.text
    assert "Members: name or e-mail" not in page.text


def test_an_empty_search_shows_the_form(app: Flask) -> None:
    page = signed_in(app, Role.EDITOR).get("/backoffice/find?find=+").text

    assert 'id="find-page"' in page
    assert "Nothing found" not in page


def test_a_whole_gift_card_code_leaves_the_address_and_its_end_finds_the_card(app: Flask) -> None:
    with app.app_context():
        card, code = make_card()
        card_id, last_four = card.id, card.last_four
    support, packer = signed_in(app, Role.SUPPORT), signed_in(app, Role.FULFILMENT)

    whole = support.get("/backoffice/find", query_string={"find": code})
    hidden = packer.get("/backoffice/find", query_string={"find": code})
    end = support.get("/backoffice/find", query_string={"find": last_four})

    assert whole.headers["Location"] == "/backoffice/gift-cards?notice=whole_gift_card_code"
    assert hidden.headers["Location"] == "/backoffice/find?notice=whole_gift_card_code"
    assert end.headers["Location"] == f"/backoffice/gift-cards/{card_id}"

"""Staff find, issue, correct and cancel gift cards, and help those who wait for theirs; codes stay hidden."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step
from kashcraft.gift_cards import jobs, queries, services
from kashcraft.gift_cards.models import GiftCard
from kashcraft.notifications.models import Message
from tests.factories.gift_cards import make_card, pay
from tests.factories.orders import paid, stocked
from tests.factories.people import person, signed_in
from tests.factories.vouchers import an_order

pytestmark = pytest.mark.usefixtures("frozen")
CODE = re.compile(r"GC(?:-[0-9A-Y]{4}){4}")
BULK = {"count": "3", "value": "25", "note": "Craft fair", "key": "form-1"}


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """The browser of a signed-in owner."""
    return signed_in(app, Role.OWNER)


@pytest.fixture
def helper(app: Flask) -> FlaskClient:
    """The browser of a signed-in member of the support team."""
    return signed_in(app, Role.SUPPORT)


def text_of(answer: Any) -> str:
    """Return a page as people read it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def error(answer: Any, field: str) -> str:
    """Return the first message beside a field."""
    found = re.search(rf'id="{field}-error">([^<]*)<', answer.text)
    return html.unescape(found[1]) if found else ""


def issued(app: Flask, value: int = 10_000, **values: Any) -> tuple[str, str]:
    """Issue a card; return the address of its page and its code."""
    with app.app_context():
        card, code = make_card(value, **values)
        return f"/backoffice/gift-cards/{card.id}", code


def sent(app: Flask, **values: Any) -> tuple[str, str]:
    """Issue a bought card whose e-mail was sent; return the address of its page and its code."""
    people = {"recipient_email": "zoon@shop.example", "purchased_by_email": "ada@shop.example"}
    found = issued(app, deliver_at=clock.now(), **{**people, **values})
    with app.app_context():
        in_step(services.deliver_due)
    return found


def card_at(app: Flask, where: str) -> GiftCard:
    with app.app_context():
        return queries.get_card(UUID(where.split("/")[-1]))


def test_cards_are_issued_and_their_codes_shown_in_that_answer_only(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context():
        asha = person(Role.OWNER)
    client = signed_in(app, user_id=asha)
    answer = client.post("/backoffice/gift-cards/issue", data=BULK | {"last_day": "2026-12-31"})
    codes = list(dict.fromkeys(CODE.findall(answer.text)))
    assert (answer.status_code, len(codes)) == (200, 3)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Value each $25.00 Last day December 31, 2026 Note Craft fair" in text_of(answer)
    with app.app_context():
        for code in codes:
            card = queries.find_by_code(code)
            assert card is not None
            assert (card.initial_value, card.currency, card.notes) == (2_500, "USD", "Craft fair")
            assert card.expires_at == datetime(2027, 1, 1, tzinfo=UTC)
            assert [entry.user_id for entry in queries.list_entries(card.id)] == [asha]
        cards = db.session.scalars(sa.select(GiftCard.id)).all()
    pages = ["/backoffice/gift-cards", "/backoffice/gift-cards/figures"]
    pages += [f"/backoffice/gift-cards/{card_id}" for card_id in cards]
    assert [CODE.findall(client.get(page).text) for page in pages] == [[]] * 5
    assert CODE.findall(capsys.readouterr().out) == []


def test_the_file_of_codes_comes_with_the_answer_and_holds_no_formula(
    owner: FlaskClient,
) -> None:
    answer = owner.post("/backoffice/gift-cards/issue", data=BULK | {"note": "=1+1"})
    link = re.search(r'href="(data:text/csv[^"]+)"[^>]* download="gift-cards.csv"', answer.text)
    assert link
    head, *rows = csv.reader(io.StringIO(unquote(html.unescape(link[1]).partition(",")[2]), newline=""))
    assert head == ["Code", "Worth", "Currency", "Last day", "Note"]
    assert [row[0] for row in rows] == CODE.findall(re.sub(r'href="[^"]*"', "", answer.text))
    assert rows[0][1:] == ["25.00", "USD", "", "'=1+1"]


def test_the_same_form_twice_gives_the_same_cards(app: Flask, frozen: FrozenClock) -> None:
    with app.app_context():
        asha = person(Role.OWNER)
    owner = signed_in(app, user_id=asha)
    sent = (BULK, BULK | {"count": "5", "value": "99.00"})
    first, second = (owner.post("/backoffice/gift-cards/issue", data=form) for form in sent)
    assert CODE.findall(first.text) == CODE.findall(second.text)
    assert "99.00" not in second.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(GiftCard)) == 3
    frozen.advance(days=31)
    with app.app_context():
        jobs.forget_codes()
    late = signed_in(app, user_id=asha).post("/backoffice/gift-cards/issue", data=BULK)
    assert (late.status_code, CODE.findall(late.text)) == (422, [])
    assert "their codes are no longer kept" in text_of(late)


def test_a_day_ends_with_the_day_of_the_shop(
    app: Flask, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        app.config, "SETTINGS", replace(app.config["SETTINGS"], shop_timezone="America/New_York")
    )
    owner.post("/backoffice/gift-cards/issue", data=BULK | {"last_day": "2026-03-08", "count": "1"})
    with app.app_context():
        (card,) = db.session.scalars(sa.select(GiftCard)).all()
    assert card.expires_at == datetime(2026, 3, 9, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"count": ""}, "count", "Please enter how many."),
        ({"count": "0"}, "count", "A whole number from 1 to 5,000."),
        ({"count": "5001"}, "count", "A whole number from 1 to 5,000."),
        ({"count": "many"}, "count", "A whole number from 1 to 5,000."),
        ({"value": ""}, "value", "Please enter an amount."),
        ({"value": "0"}, "value", "A card holds at least the smallest amount and at most $100,000,000.00."),
        ({"value": "-5"}, "value", "A card holds at least the smallest amount and at most $100,000,000.00."),
        ({"value": "1.999"}, "value", "Please enter an amount, for example 12.50."),
        ({"value": "100000000.01"}, "value", "Please enter an amount, for example 12.50."),
        ({"last_day": "2026-03-01"}, "last_day", "This day is over already."),
        ({"last_day": "9999-12-31"}, "last_day", "Please enter a date from 2000 to 2099."),
        ({"last_day": "soon"}, "last_day", "Not a valid date value."),
        ({"note": " "}, "note", "Please say what they are for."),
    ],
)
def test_a_wrong_value_is_reported_beside_its_field_and_all_values_remain(
    app: Flask, owner: FlaskClient, values: dict[str, str], field: str, message: str
) -> None:
    answer = owner.post("/backoffice/gift-cards/issue", data=BULK | values)
    assert (answer.status_code, error(answer, field)) == (422, message)
    for typed in (BULK | values).values():
        assert f'value="{typed.strip()}"' in answer.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(GiftCard)) == 0


def test_the_last_day_may_be_today(app: Flask, owner: FlaskClient) -> None:
    answer = owner.post("/backoffice/gift-cards/issue", data=BULK | {"last_day": "2026-03-02"})
    assert answer.status_code == 200


def test_a_card_is_found_by_its_whole_code_which_stands_in_no_address(
    app: Flask, helper: FlaskClient
) -> None:
    where, code = issued(app)
    for typed in (code, code.lower().replace("-", " ")):
        answer = helper.post("/backoffice/gift-cards/find", data={"find": typed})
        assert answer.headers["Location"] == where
    with app.app_context():
        in_step(lambda: services.cancel(card_id=UUID(where.split("/")[-1])))
    assert helper.post("/backoffice/gift-cards/find", data={"find": code}).headers["Location"] == where
    wrong = helper.post("/backoffice/gift-cards/find", data={"find": "GC-AAAA-AAAA-AAAA-AAAA"})
    assert (wrong.status_code, error(wrong, "gift-cards-find")) == (422, "No gift card has this code.")
    assert 'value="GC-AAAA-AAAA-AAAA-AAAA"' in wrong.text
    assert wrong.text.count("AAAA-AAAA-AAAA") == 1


def test_a_name_with_the_length_of_a_code_is_searched_as_a_name(app: Flask, helper: FlaskClient) -> None:
    where, _ = issued(app, recipient_name="Margareth Adamsen")
    answer = helper.post("/backoffice/gift-cards/find", data={"find": "Margareth Adamsen"})
    assert where in helper.get(answer.headers["Location"]).text


def test_cards_are_found_by_last_four_people_order_and_state(app: Flask, helper: FlaskClient) -> None:
    assert "No gift cards here" in helper.get("/backoffice/gift-cards").text
    zoon, code = issued(app, recipient_email="zoon@shop.example", recipient_name="Zoon Dar")
    other, _ = issued(app, expires_at=clock.now(), notes="Fair")
    with app.app_context():
        order = paid((stocked(5), 1))
        number, order_id = order.number, order.id
        pay(order_id, (queries.get_card(UUID(zoon.split("/")[-1])), 10_000))

    def found(**asked: str) -> list[str]:
        tab = f"?tab={asked.pop('tab')}" if "tab" in asked else ""
        answer = helper.post(f"/backoffice/gift-cards/find{tab}", data=asked)
        page = helper.get(answer.headers["Location"]).text
        return re.findall(r'href="(/backoffice/gift-cards/[0-9a-f-]{36})"', page)

    assert found() == [other, zoon]
    assert found(find="zoon@shop") == found(find=code[-4:].lower()) == found(find=number) == [zoon]
    assert found(find="fair") == found(tab="expired") == [other]
    assert found(tab="used", find="Zoon") == [zoon]
    assert found(tab="active") == found(tab="cancelled") == []
    assert found(tab="nonsense") == [other, zoon]
    assert "Nothing found" in helper.get("/backoffice/gift-cards?find=nobody").text


def test_a_card_with_its_ledger_people_and_orders(
    app: Flask, owner: FlaskClient, helper: FlaskClient
) -> None:
    where, code = sent(
        app, recipient_name="Zoon Dar", purchased_by_name="Ada Byron", message="Enjoy", notes="Called us",
        expires_at=datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    with app.app_context():
        order = paid((stocked(5), 1))
        number, order_id = order.number, order.id
        pay(order_id, (queries.get_card(UUID(where.split("/")[-1])), 4_000))
    answer = helper.get(where)
    page = text_of(answer)
    for words in (
        f"Gift card …{code[-4:]}", "$60.00 of $100.00 left", "Last day December 31, 2026",
        "For Zoon Dar, zoon@shop.example", "Bought by Ada Byron, ada@shop.example", "Message Enjoy",
        "Sent on March 2, 2026", "Note Called us", "Issued Change $100.00 Balance $100.00 The shop",
        f"Paid Change −$40.00 Balance $60.00 {number} The shop",
    ):  # fmt: skip
        assert words in page
    assert f'href="/backoffice/orders/{order_id}"' in answer.text
    assert code not in answer.text
    for action in ("/code", "/adjust"):
        assert f"{where}{action}" not in answer.text
        assert f"{where}{action}" in owner.get(where).text
    for action in ("/cancel", "/send"):
        assert f"{where}{action}" in answer.text


def test_the_owner_sees_the_code_while_it_is_stored_and_the_view_is_logged(
    app: Flask, owner: FlaskClient, frozen: FrozenClock
) -> None:
    where, code = sent(app)
    answer = owner.post(f"{where}/code")
    assert (answer.status_code, code in answer.text) == (200, True)
    assert answer.headers["Cache-Control"] == "private, no-store"
    again = owner.get(where)
    assert code not in again.text
    assert "March 2, 2026, 10:00 AM : Code looked at, Asha Bhat" in text_of(again)
    frozen.advance(days=31)
    with app.app_context():
        jobs.forget_codes()
    assert "Show the code" not in signed_in(app, Role.OWNER).get(where).text
    gone = signed_in(app, Role.OWNER).post(f"{where}/code")
    assert gone.headers["Location"] == f"{where}?notice=card_code_gone"


def test_a_balance_is_corrected_once_with_who_and_why(app: Flask) -> None:
    with app.app_context():
        asha = person(Role.OWNER)
    client = signed_in(app, user_id=asha)
    where, _ = issued(app)
    for _ in range(2):
        answer = client.post(
            f"{where}/adjust", data={"amount": "-12.50", "reason": "Counted twice", "key": "a"}
        )
        assert answer.headers["Location"] == f"{where}?notice=card_adjusted"
    assert card_at(app, where).current_balance == 8_750
    page = text_of(client.get(answer.headers["Location"]))
    assert "The balance is corrected." in page
    assert "Corrected Change −$12.50 Balance $87.50 Asha Bhat Counted twice" in page


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"amount": "0"}, "amount", "Please enter more or less than nothing."),
        ({"amount": ""}, "amount", "Please enter an amount."),
        ({"amount": "five"}, "amount", "Please enter an amount, for example 12.50."),
        ({"amount": "-100.01"}, "amount", "There is only $100.00 left on the card."),
        (
            {"amount": "99999900.01"},
            "amount",
            "A card holds at least the smallest amount and at most $100,000,000.00.",
        ),
        ({"reason": ""}, "reason", "Please say why."),
    ],
)
def test_a_correction_that_cannot_be_is_said_beside_its_field(
    app: Flask, owner: FlaskClient, values: dict[str, str], field: str, message: str
) -> None:
    where, _ = issued(app)
    data = {"amount": "5.00", "reason": "A gift", "key": "a"} | values
    answer = owner.post(f"{where}/adjust", data=data)
    assert (answer.status_code, error(answer, field)) == (422, message)
    for typed in data.values():
        assert f'value="{typed}"' in answer.text
    assert card_at(app, where).current_balance == 10_000


def test_nothing_is_put_on_a_card_whose_time_is_over(
    app: Flask, owner: FlaskClient, frozen: FrozenClock
) -> None:
    where, _ = issued(app, expires_at=frozen.moment)
    assert "only take off, with a minus sign." in text_of(owner.get(where))
    answer = owner.post(f"{where}/adjust", data={"amount": "5", "reason": "A gift", "key": "a"})
    assert "The card's time is over" in error(answer, "amount")
    assert (
        owner.post(f"{where}/adjust", data={"amount": "-5", "reason": "Wrong", "key": "b"}).status_code == 303
    )


def test_a_card_is_cancelled_with_a_reason(app: Flask, helper: FlaskClient) -> None:
    where, code = issued(app)
    refused = helper.post(f"{where}/cancel", data={"cancel_reason": ""})
    assert (refused.status_code, error(refused, "cancel_reason")) == (422, "Please say why.")
    assert card_at(app, where).current_balance == 10_000
    answer = helper.post(f"{where}/cancel", data={"cancel_reason": "Stolen"})
    assert answer.headers["Location"] == f"{where}?notice=card_cancelled"
    page = helper.get(where)
    assert "Cancelled Change −$100.00 Balance $0.00 Asha Bhat Stolen" in text_of(page)
    assert (f"{where}/cancel" in page.text, f"{where}/adjust" in page.text) == (False, False)
    with app.app_context():
        assert queries.find_by_code(code) is None
    late = signed_in(app, Role.OWNER).post(
        f"{where}/adjust", data={"amount": "5", "reason": "A gift", "key": "a"}
    )
    assert (late.status_code, card_at(app, where).current_balance) == (422, 0)


def test_an_email_is_sent_again_to_the_buyer_or_recipient_only(
    app: Flask, helper: FlaskClient, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    where, _ = sent(app)
    early = helper.post(f"{where}/send", data={"to": "recipient", "key": "a"})
    assert early.headers["Location"] == f"{where}?notice=card_sent_just_now"
    frozen.advance(minutes=10)
    for to in ("thief@shop.example", "", "owner"):
        answer = helper.post(
            f"{where}/send", data={"to": to, "key": "a", "recipient_email": "t@shop.example"}
        )
        assert answer.headers["Location"] == f"{where}?notice=card_not_sent"
    for _ in range(2):
        answer = helper.post(f"{where}/send", data={"to": "buyer", "key": "a"})
        assert answer.headers["Location"] == f"{where}?notice=card_sent"
    with app.app_context():
        to = db.session.scalars(sa.select(Message.recipient).order_by(Message.id)).all()
    assert to == ["zoon@shop.example", "ada@shop.example"]
    assert "Sent again, ada@shop.example, Asha Bhat" in text_of(helper.get(where))
    spent, _ = issued(app)
    nothing = helper.post(f"{spent}/send", data={"to": "recipient", "key": "b"})
    assert nothing.headers["Location"] == f"{spent}?notice=card_not_sent"
    assert f"{spent}/send" not in helper.get(spent).text


def test_what_was_issued_used_and_is_owed(app: Flask, owner: FlaskClient, frozen: FrozenClock) -> None:
    assert "No gift cards yet" in owner.get("/backoffice/gift-cards/figures").text
    with app.app_context():
        card, _ = make_card(10_000)
    frozen.advance(days=31)
    with app.app_context():
        pay(an_order(), (card, 2_500))
    page = text_of(signed_in(app, Role.OWNER).get("/backoffice/gift-cards/figures"))
    assert "Cards 1 Issued $100.00 Paid with $25.00" in page
    assert "Owed to holders $75.00" in page
    april = "April 2026 Issued $0.00 Paid with $25.00 Expired $0.00 Cancelled $0.00 Corrected by $0.00"
    assert f"{april} Left at its end $75.00" in page
    march = "March 2026 Issued $100.00 Paid with $0.00"
    assert page.index(april) < page.index(march)
    assert "May 2025 Issued $0.00" in page
    assert "April 2025" not in page


def test_pages_read_as_much_for_one_card_as_for_many(
    app: Flask, owner: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    where, _ = issued(app)
    seen = []
    for more in (1, 5):
        with app.app_context():
            for _ in range(more):
                pay(an_order(), (card_at(app, where), 100))
                make_card()
        for page in ("/backoffice/gift-cards", where, "/backoffice/gift-cards/figures"):
            owner.get(page)
            with count_statements() as counted:
                owner.get(page)
            seen.append(len(counted))
    assert seen[:3] == seen[3:]


def test_a_long_list_has_pages_that_keep_what_was_asked(app: Flask, owner: FlaskClient) -> None:
    with app.app_context():
        in_step(lambda: services.bulk_issue(count=41, value=100, currency="USD", notes="Fair"))
    page = owner.get("/backoffice/gift-cards?find=fair&tab=active").text
    assert "/backoffice/gift-cards?tab=active&amp;find=fair&amp;page=2" in page


def test_what_is_no_card_is_not_found(app: Flask, owner: FlaskClient) -> None:
    nobody = f"/backoffice/gift-cards/{UUID(int=7)}"
    assert owner.get(nobody).status_code == 404
    good = {"amount": "1", "reason": "r", "key": "k", "cancel_reason": "c", "to": "buyer"}
    for action in ("code", "adjust", "cancel", "send"):
        assert owner.post(f"{nobody}/{action}", data=good).status_code == 404

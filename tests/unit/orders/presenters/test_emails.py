"""Template values of the e-mails about an order."""

from __future__ import annotations

from uuid import UUID

from kashcraft.core.email_addresses import without_links
from kashcraft.core.formats import Formats
from kashcraft.core.money import Money
from kashcraft.orders.models import OrderLine
from kashcraft.orders.presenters import emails
from kashcraft.orders.presenters.gifts import ShownGift
from tests.factories.drafts import made_order

FORMATS = Formats()
SHAWL, CARD = UUID(int=1), UUID(int=2)
ORDER = made_order(number="KC-1234567A")
LINES = [
    OrderLine(
        id=SHAWL, name="Shawl", options="Size: M", quantity=2, refunded_quantity=1, gross=5000,
        is_gift_card=False, picture={"stem": "shawl-01", "width": 1280, "height": 1600, "alt": "A shawl"},
    ),
    OrderLine(
        id=CARD, name="Gift card", options="", quantity=1, refunded_quantity=0, gross=3000, is_gift_card=True
    ),
]  # fmt: skip


def test_a_picture_has_the_width_for_e_mails() -> None:
    assert emails.picture(LINES[0]) == {"stem": "shawl-01", "width": 88, "height": 110, "alt": "A shawl"}


def test_every_e_mail_names_the_order_and_the_customer() -> None:
    assert emails.about(ORDER) == {"order_id": str(ORDER.id), "number": "KC-1234567A", "name": "Ada King"}


def test_a_confirmation_lists_items_and_totals() -> None:
    said = emails.confirmation(ORDER, LINES, "Visa ending 4242", FORMATS, pictures={SHAWL: {"stem": "s"}})

    assert said["lines"] == [
        {
            "name": "Shawl", "options": "Size: M", "quantity": 2, "amount": "$50.00",
            "picture": {"stem": "s"},
        },
        {"name": "Gift card", "options": "", "quantity": 1, "amount": "$30.00", "picture": None},
    ]  # fmt: skip
    assert said["totals"][-1] == {"label": "To pay", "note": "", "amount": "$56.00"}
    assert (said["delivery"], said["expected"], said["method"], said["by_email"], said["gifts"]) == (
        "Standard", "March 5 – 9, 2026", "Visa ending 4242", False, [],
    )  # fmt: skip


def test_a_name_on_a_gift_card_is_no_link_in_the_confirmation() -> None:
    gift = ShownGift(
        line_id=CARD,
        recipient="www.evil.example",
        address="ada@shop.example",
        message="",
        value=Money(3000, "USD"),
        quantity=1,
        picture=None,
        status_text="For www.evil.example",
        state="todo",
    )
    said = emails.confirmation(ORDER, LINES, "", FORMATS, gifts=[gift])

    assert said["gifts"] == [{"told": without_links("For www.evil.example"), "address": "ada@shop.example"}]
    assert "www.evil" not in str(said["gifts"])


def test_the_shipping_e_mail_leaves_out_refunded_units_and_gift_cards() -> None:
    said = emails.shipped(ORDER, LINES, FORMATS)

    assert said["lines"] == [{"name": "Shawl", "options": "Size: M", "quantity": 1, "picture": None}]


def test_the_refund_e_mail_states_amounts_by_tender() -> None:
    split = emails.refund(ORDER, 5000, "Broken", FORMATS, to_gift_cards=2000, points=1200)
    cards = emails.refund(ORDER, 5000, "Broken", FORMATS, to_gift_cards=5000)

    assert (split["amount"], split["to_gift_cards"], split["points"]) == ("$50.00", "$20.00", "1,200")
    assert (split["only_gift_cards"], cards["only_gift_cards"], cards["to_gift_cards"]) == (False, True, "")

"""Personal data: every column that names people is exported and erased by some feature."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft import wiring
from kashcraft.accounts.rules import Role
from kashcraft.core import personal_data
from kashcraft.core.clock import FrozenClock
from kashcraft.core.columns import UtcDateTime
from kashcraft.core.db import Base, db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId
from kashcraft.core.personal_data import Individual
from tests.factories.people import person as account
from tests.factories.rows import LATER, NOW, add_row, insert

EMAIL = "ada@shop.example"
MARK = "byron"
# Names of columns that contain people, beside the references to accounts.
NAMES_PEOPLE = re.compile(
    r"email|recipient|phone|full_name|author_name|by_name|customer|_address|street|city|postal_code|birth_"
    r"|note|message|user_agent|session_hash|mailbox|network_key|details$|context|cardholder|wallet_email|zip"
)
# Columns with such a name that name no customer, or that an erasure leaves on purpose.
LEFT_OUT = {
    # Members of staff: what they did stays with the shop.
    "audit_entries.actor_id", "blog_posts.author_id", "blog_posts.updated_by", "gift_card_actions.user_id",
    "gift_card_actions.notes", "inventory_log_archives.user_id", "inventory_log_archives.notes",
    "inventory_logs.user_id", "inventory_logs.notes", "loyalty_changes.actor_id", "order_events.actor_id",
    "points_histories.actor_id", "price_changes.user_id", "refunds.actor_id", "reviews.replied_by",
    "staff_invitations.invited_by", "staff_invitations.accepted_by", "user_roles.user_id",
    "voucher_changes.actor_id", "vouchers.created_by", "vouchers.notes",
    # Of the empty account, by which ledgers refer to it.
    "points_histories.user_id", "loyalty_rewards.user_id", "referrals.referrer_id", "referrals.referred_id",
    "users.email_confirmed_at",
    # Texts and addresses of the shop, of tax rates and of carriers, and times.
    "loyalty_tiers.birthday_points", "loyalty_accounts.birth_year_last_redeemed", "cart_lines.details_key",
    "order_trackings.notes", "points_histories.expiry_notified_at", "picture_sources.address",
    "products.maker_address",
    "quick_checkout_sessions.shipping_address_id", "quick_checkout_sessions.billing_address_id",
    "tax_rates.postal_prefix", "tracking_event_archives.city", "tracking_events.city",
    "waitlists.notification_method", "waitlists.allow_notifications", "waitlists.notified_at",
}  # fmt: skip
# What a row needs beside its marked columns, so that it can be erased.
FINISHED: dict[str, dict[str, Any]] = {
    "gift_cards": {"sent_at": NOW},
    "messages": {"status": "sent", "sent_at": NOW},
    "orders": {"status": "delivered", "email_key": EMAIL},
    "refunds": {"state": "done", "done_at": NOW, "amount": 0, "charged_amount": 0},
    "return_requests": {"state": "refused", "decided_at": NOW},
    "staff_invitations": {"email_key": EMAIL},
    "waitlists": {"email": EMAIL},
}
# The rows of an order, and of a cart, are a person's by their parent.
PARENTS = {
    "order_lines": "orders", "order_events": "orders", "refunds": "orders", "return_requests": "orders",
    "cart_lines": "carts", "points_histories": "loyalty_accounts",
}  # fmt: skip


def reached_columns() -> set[str]:
    wiring.load_parts()
    return {column for reach in wiring.PERSONAL_DATA.values() for column in reach.columns}


def names_people(column: sa.Column[Any]) -> bool:
    refers = any(key.column.table.name == "users" for key in column.foreign_keys)
    return refers or (bool(NAMES_PEOPLE.search(column.name)) and not isinstance(column.type, UtcDateTime))


def test_every_column_that_names_people_is_reached() -> None:
    reached = reached_columns()
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if names_people(column)
    }

    assert columns - reached - LEFT_OUT == set(), (
        "add it to a Reach of wiring.py, whose functions export and erase it, or to LEFT_OUT with its reason"
    )


def test_no_reached_column_is_invented() -> None:
    reached = reached_columns()
    columns = {
        f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns
    }

    assert reached - columns == set()


def rows_about(user_id: UserId) -> None:
    """Insert a row into each reached table, whose reached columns say who it is about."""
    reached: dict[str, set[str]] = defaultdict(set)
    for name in reached_columns():
        table, column = name.split(".")
        reached[table].add(column)
    made: dict[str, Any] = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in reached or table.name == "users":
            continue
        values = {name: _marked(table.columns[name], user_id) for name in reached[table.name]}
        values |= FINISHED.get(table.name, {})
        if table.name == "points_histories":
            values |= {"user_id": user_id}
        elif parent := PARENTS.get(table.name):
            values[f"{parent.removesuffix('s')}_id"] = made[parent]
        made[table.name] = insert(db.session.connection(), table.name, values).get("id")


def _marked(column: sa.Column[Any], user_id: UserId) -> Any:
    if column.foreign_keys:
        return user_id
    if column.name.endswith(("email", "recipient")):
        return EMAIL
    if isinstance(column.type, sa.JSON):
        return {"full_name": MARK, "country": "GB"}
    if isinstance(column.type, sa.String):
        return {2: "GB", 4: "7K4M"}.get(column.type.length or 0, MARK)
    return 9


def everything() -> dict[str, str]:
    """Return all rows of each table as text."""
    return {
        table.name: repr([tuple(row) for row in db.session.execute(sa.select(table))])
        for table in Base.metadata.sorted_tables
    }


def tables_with(text: str) -> set[str]:
    return {name for name, rows in everything().items() if text in rows}


def ada() -> tuple[Individual, UserId]:
    user_id = UserId(account(email=EMAIL))
    return Individual(email=EMAIL, user_id=user_id), user_id


def test_an_erased_person_is_named_nowhere(database: Flask, frozen: FrozenClock) -> None:
    whom, user_id = ada()
    with step():
        rows_about(user_id)
    assert len(tables_with(str(user_id))) > 15
    assert len(tables_with(MARK)) > 15

    with step():
        personal_data.erase(whom)

    assert tables_with(EMAIL) == set()
    # A hash of the mailbox stays in the uses of vouchers, so that a limit per customer holds.
    assert tables_with(MARK) == {"voucher_usages"}
    # The empty account stays with the ledger of its points.
    assert tables_with(str(user_id)) == {"users", "loyalty_accounts", "points_histories"}


def test_an_export_has_what_each_feature_stores(database: Flask) -> None:
    whom, user_id = ada()
    with step():
        rows_about(user_id)

    found = personal_data.export(whom)

    assert sorted(found) == [
        "accounts: account", "accounts: addresses", "accounts: invitations",
        "accounts: sessions", "cart: lines",
        "checkout: checkouts", "gift cards: bought", "gift cards: received", "loyalty: account",
        "loyalty: points", "messages: messages", "orders: lines", "orders: orders", "orders: returns",
        "payments: cards and wallets", "quick buy: quick checkouts", "reviews: reviews", "search: searches",
        "tracking: notifications", "uploads: uploads", "vouchers: uses", "waiting list: entries",
    ]  # fmt: skip
    assert found["accounts: account"][0]["email"] == EMAIL
    assert found["orders: orders"][0]["shipping_address"] == {"full_name": MARK, "country": "GB"}


def test_others_keep_what_is_theirs(database: Flask) -> None:
    whom, _user_id = ada()
    other = UserId(account(email="noor@shop.example"))
    with step():
        add_row("saved_addresses", user_id=other, full_name="Noor")
        order = add_row("orders", user_id=other, email="noor@shop.example", email_key="noor@shop.example")
        guest = add_row("orders", user_id=None, email="eve@shop.example", email_key="eve@shop.example")
    with step():
        personal_data.erase(whom)

    names = sa.text("SELECT full_name FROM saved_addresses")
    emails = sa.text("SELECT email FROM orders ORDER BY email")
    assert db.session.scalars(names).all() == ["Noor"]
    assert db.session.scalars(emails).all() == ["eve@shop.example", "noor@shop.example"]
    assert order != guest


def test_a_guest_is_found_by_the_address(database: Flask) -> None:
    with step():
        add_row("orders", user_id=None, email=EMAIL, email_key=EMAIL, status="delivered", phone="01")
        add_row("waitlists", user_id=None, email=EMAIL)
    guest = Individual(email="Ada@Shop.Example")

    assert sorted(personal_data.export(guest)) == ["orders: orders", "waiting list: entries"]
    with step():
        personal_data.erase(guest)

    assert tables_with(EMAIL) == set()
    assert personal_data.export(guest) == {}


@pytest.mark.parametrize(
    "unfinished",
    [
        {"status": "pending"},
        {"status": "paid"},
        {"status": "processing"},
        {"status": "shipped", "shipped_at": NOW},
    ],
    ids=lambda values: values["status"],
)
def test_an_unfinished_order_has_to_end_first(
    database: Flask, frozen: FrozenClock, unfinished: dict[str, Any]
) -> None:
    whom, user_id = ada()
    with step():
        add_row("orders", user_id=user_id, email=EMAIL, email_key=EMAIL, **unfinished)
        add_row("saved_addresses", user_id=user_id, full_name=MARK)

    with pytest.raises(DomainError, match="orders_unfinished"), step():
        personal_data.erase(whom)

    assert tables_with(MARK) == {"saved_addresses"}


def test_an_order_shipped_long_ago_counts_as_delivered(database: Flask, frozen: FrozenClock) -> None:
    whom, user_id = ada()
    with step():
        add_row("orders", user_id=user_id, email_key=EMAIL, status="shipped", shipped_at=NOW)
    frozen.advance(days=61)

    with step():
        personal_data.erase(whom)

    assert "orders: orders" not in personal_data.export(whom)


def test_a_gift_card_that_was_not_sent_yet_still_reaches_its_recipient(database: Flask) -> None:
    whom, user_id = ada()
    with step():
        add_row(
            "gift_cards", purchased_by=user_id, purchased_by_name=MARK, recipient_email="noor@shop.example",
            deliver_at=LATER,
        )  # fmt: skip
    with step():
        personal_data.erase(whom)

    card = db.session.execute(sa.text("SELECT purchased_by_name, recipient_email FROM gift_cards")).one()
    assert tuple(card) == (None, "noor@shop.example")


def test_a_member_of_staff_gives_back_the_role_first(database: Flask) -> None:
    user_id = UserId(account(Role.EDITOR, email=EMAIL))

    with pytest.raises(DomainError, match="staff_account"), step():
        personal_data.erase(Individual(email=EMAIL, user_id=user_id))

    assert "users" in tables_with(EMAIL)


def test_the_columns_of_uuids_are_searched(database: Flask) -> None:
    """The searches of this module would find nothing if ids were shown in another form."""
    _, user_id = ada()

    assert "users" in tables_with(str(UUID(str(user_id))))


def run_command(app: Flask, *arguments: str, answer: str = "") -> tuple[int, str]:
    answered = app.test_cli_runner().invoke(args=["person", *arguments], input=answer)
    return answered.exit_code, answered.output


def test_the_command_prints_what_is_stored(database: Flask) -> None:
    account(email=EMAIL)

    code, printed = run_command(database, "export", EMAIL)

    assert (code, json.loads(printed)["accounts: account"][0]["email"]) == (0, EMAIL)


def test_the_command_asks_before_it_erases(database: Flask) -> None:
    account(email=EMAIL)

    assert run_command(database, "erase", EMAIL, answer="n\n")[0] == 1
    assert tables_with(EMAIL) == {"users"}
    assert run_command(database, "erase", EMAIL, answer="y\n")[0] == 0

    assert tables_with(EMAIL) == set()


@pytest.mark.parametrize("command", [("export",), ("erase", "--yes")], ids=" ".join)
def test_the_commands_name_an_unknown_address(database: Flask, command: tuple[str, ...]) -> None:
    assert run_command(database, *command, EMAIL) == (1, f"Error: nothing is stored about {EMAIL}\n")


def test_the_command_says_what_has_to_end_first(database: Flask) -> None:
    account(Role.EDITOR, email=EMAIL)

    assert run_command(database, "erase", "--yes", EMAIL) == (
        1,
        "Error: nothing was erased: this is an account of staff; take its roles away first\n",
    )

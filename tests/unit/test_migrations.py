"""The migrations: they build what the models say, on both databases, and take it all away again."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from kashcraft.core.db import Base, db
from kashcraft.core.jobs import Outbox
from kashcraft.core.settings import ROOT
from kashcraft.core.text_folding import search_key
from kashcraft.notifications.models import Message
from kashcraft.orders.models import Order
from kashcraft.vouchers import queries as vouchers
from tests.factories import rows

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
BEFORE_SEARCH_KEYS = "c41d90be"
BEFORE_PROVEN_PASSWORDS = "b7e30c5a"
BEFORE_THE_ARCHIVE = "e7d2a9c4"
BEFORE_PICTURES_OF_CHOICES = "5e7ac41b"
BEFORE_LONGER_TEXTS = "c3a90e17"
BEFORE_HASHED_CUSTOMERS = "4e8c1d97"
BEFORE_FORGETTING = "b3e60f54"
BEFORE_VALUES_OF_OLD_TRACES = "e3b84c6a"
BEFORE_TERMS_OF_THE_CATALOGUE = "b5d81c3f"
PLAIN_CUSTOMERS = {"customer_hash": "customer_key"}
ON_SQLITE = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
NAME = re.compile(r"20\d{6}_\d{4}_([0-9a-f]{8,12})_[a-z0-9_]+\.py")


def tables() -> set[str]:
    """Return the tables of the database but Alembic's own."""
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def plain(found: Any) -> Any:
    """Return what an inspector found with its SQL and types as text and its lists in one order."""
    if isinstance(found, dict):
        return {key: plain(value) for key, value in found.items()}
    if isinstance(found, list):
        items = [plain(item) for item in found]
        return sorted(items, key=repr) if items and isinstance(items[0], dict) else items
    return found if isinstance(found, int | None) else str(found)


def described() -> dict[str, Any]:
    """Return everything the database knows of its tables, in a form that can be compared."""
    look = sa.inspect(db.engine)
    return {
        name: {
            "columns": plain(look.get_columns(name)),
            "primary key": plain(look.get_pk_constraint(name)),
            "foreign keys": plain(look.get_foreign_keys(name)),
            "unique": plain(look.get_unique_constraints(name)),
            "checks": plain(look.get_check_constraints(name)),
            "indexes": plain(look.get_indexes(name)),
        }
        for name in sorted(tables())
    }


def test_up_down_to_nothing_and_up_again(empty: Flask) -> None:
    flask_migrate.upgrade()
    built = described()
    assert set(built) == set(Base.metadata.tables)

    flask_migrate.downgrade(revision="base")
    assert tables() == set()

    flask_migrate.upgrade()
    assert described() == built


def test_each_step_down_undoes_its_step_up(empty: Flask) -> None:
    seen = [tables()]
    for _ in VERSIONS:
        flask_migrate.upgrade(revision="+1")
        seen.append(tables())
    for before in reversed(seen[:-1]):
        flask_migrate.downgrade(revision="-1")
        assert tables() == before


def test_the_migrated_schema_is_the_one_of_the_models(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_constraints_and_partial_indexes_are_those_of_the_models(empty: Flask) -> None:
    flask_migrate.upgrade()
    migrated = described()
    flask_migrate.downgrade(revision="base")
    Base.metadata.create_all(db.engine)
    modelled = described()
    for name, table in modelled.items():
        assert migrated[name] == table, name


@ON_SQLITE
def test_foreign_keys_are_enforced_again_after_a_migration(empty: Flask) -> None:
    with db.engine.connect() as connection:
        pooled = connection.connection.driver_connection
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.connection.driver_connection is pooled
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


@ON_SQLITE
def test_a_migration_that_leaves_rows_without_their_parent_is_taken_back(empty: Flask) -> None:
    flask_migrate.upgrade(revision="+1")
    before = tables()
    with db.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("INSERT INTO user_roles (user_id, role) VALUES ('nobody', 'owner')")
        driver.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(Exception, match="rows without their parent.*user_roles"):
        flask_migrate.upgrade()
    assert tables() == before


def test_archived_events_and_months_of_views_survive_a_step_down_and_up(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        order = rows.insert(connection, "order_trackings", {})["order_id"]
        event = rows.insert(connection, "tracking_event_archives", {"order_id": order})["id"]
        followed = {"order_id": order, "event_id": None, "archive_id": event}
        rows.insert(connection, "tracking_notifications", followed)
        rows.insert(connection, "tracking_notifications", {})
        rows.insert(connection, "blog_view_months", {"year": 2024, "month": 2, "views": 70})
        bought = {"order_id": rows.insert(connection, "orders", {})["id"], "converted_to_order": True}
        rows.insert(
            connection,
            "search_clicks",
            {"search_id": rows.insert(connection, "search_histories", bought)["id"]},
        )
        rows.insert(connection, "search_histories", {})

    def archived_values() -> tuple[list[Any], ...]:
        with db.engine.connect() as connection:
            return tuple(
                list(connection.execute(sa.text(text)).scalars())
                for text in (
                    "SELECT id FROM tracking_events ORDER BY id",
                    "SELECT event_id FROM tracking_notifications ORDER BY event_id",
                    "SELECT CAST(day AS VARCHAR(10)) || ' ' || views FROM blog_view_days",
                    "SELECT converted_to_order FROM search_histories ORDER BY id",
                    "SELECT count(*) FROM search_clicks",
                )
            )

    flask_migrate.downgrade(revision=BEFORE_THE_ARCHIVE)
    before = archived_values()
    assert (len(before[0]), before[0], before[2:]) == (2, before[1], (["2024-02-01 70"], [True, False], [1]))
    flask_migrate.upgrade()
    assert archived_values() == before


PLURALS = (
    "Beanies", "Berries", "Ties", "Skies", "Canvases", "Lenses", "Glasses", "Vases", "Blouses", "Fuses",
    "Boxes", "Axes", "Topazes", "Watches", "Quiches", "Shoes", "Potatoes", "Saris", "Headscarves", "Men’s",
    "Cactuses",
)  # fmt: skip


def test_products_that_are_there_get_their_search_keys(empty: Flask) -> None:
    flask_migrate.upgrade()
    names = ("Étole en soie", "Papier-mâché boxes", "The weaver’s scarves", *PLURALS)
    with db.engine.begin() as connection:
        for name in names:
            product = rows.insert(connection, "products", {"name": name})["id"]
            rows.insert(connection, "product_attributes", {"product_id": product, "value": name})
    flask_migrate.downgrade(revision=BEFORE_SEARCH_KEYS)
    flask_migrate.upgrade()
    for query in ("SELECT name, name_key FROM products", "SELECT value, value_key FROM product_attributes"):
        with db.engine.connect() as connection:
            found = {text: key for text, key in connection.execute(sa.text(query)) if text in names}
        assert found == {name: search_key(name) for name in names}


def test_pictures_of_choices_survive_a_step_down_and_up(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        family = {"kind": "family", "sku": None, "price": None}
        page = rows.insert(connection, "products", family)["id"]
        large = {"kind": "choice", "slug": None, "parent_id": page}
        choice = rows.insert(connection, "products", large)["id"]
        rows.insert(connection, "product_images", {"product_id": page, "position": 0, "stem": "all"})
        shown = {"product_id": page, "position": 1, "stem": "large"}
        image = rows.insert(connection, "product_images", shown)["id"]
        rows.insert(connection, "product_image_variants", {"image_id": image, "variant_id": choice})

    def query(text: str) -> list[tuple[Any, ...]]:
        with db.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(text))]

    tied = "SELECT stem, kind FROM product_images JOIN products ON products.id = product_id ORDER BY stem"
    flask_migrate.downgrade(revision=BEFORE_PICTURES_OF_CHOICES)
    assert query(tied) == [("all", "family"), ("large", "choice")]
    flask_migrate.upgrade()
    assert query(tied) == [("all", "family"), ("large", "family")]
    assert query("SELECT stem FROM product_images ORDER BY position") == [("all",), ("large",)]
    assert query(
        "SELECT stem FROM product_image_variants JOIN product_images ON product_images.id = image_id"
        " JOIN products ON products.id = variant_id WHERE products.kind = 'choice'"
    ) == [("large",)]


def test_renamed_columns_have_their_values_after_a_step_down_and_up(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        texts = {"description": "A *bowl*.", "description_html": "<p>A <em>bowl</em>.</p>"}
        left = {"product_id": rows.insert(connection, "products", texts)["id"], "outcome": "left"}
        rows.insert(connection, "waitlist_dailies", {**left, "entries": 5, "notified": 3})

    def values(columns: str) -> tuple[Any, ...]:
        with db.engine.connect() as connection:
            return tuple(
                connection.execute(sa.text(f"SELECT {columns} FROM products, waitlist_dailies")).one()
            )

    flask_migrate.downgrade(revision=BEFORE_TERMS_OF_THE_CATALOGUE)
    assert values("story, story_html, entries, told") == (*texts.values(), 5, 3)
    flask_migrate.upgrade()
    assert values("description, description_html, entries, notified") == (*texts.values(), 5, 3)


def test_a_password_from_before_the_address_was_proven_opens_nothing(empty: Flask) -> None:
    flask_migrate.upgrade(revision=BEFORE_PROVEN_PASSWORDS)
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    with db.engine.begin() as connection:
        rows.insert(connection, "users", {"password_hash": "planted", "email_confirmed_at": None})
        rows.insert(connection, "users", {"password_hash": "own", "email_confirmed_at": moment})
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        hashes = connection.execute(sa.text("SELECT password_hash FROM users")).scalars().all()
    assert sorted(hashes, key=str) == [None, "own"]


def test_the_catalogue_starts_with_a_version(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT id, version FROM catalogue_version")).all() == [(1, 1)]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_files_are_named_by_time_and_import_no_application(path: Path) -> None:
    named = NAME.fullmatch(path.name)
    tree = ast.parse(path.read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert named is not None
    assert f'revision = "{named[1]}"' in path.read_text()
    assert imported <= {
        "sqlalchemy", "alembic", "datetime", "hashlib", "hmac", "re", "unicodedata", "uuid",
    }  # fmt: skip


def test_names_fit_postgresql() -> None:
    names = [
        str(item.name)
        for table in Base.metadata.tables.values()
        for item in (*table.constraints, *table.indexes)
    ]
    assert [name for name in names if len(name) > 63] == []


def moment(number: int) -> datetime:
    return rows.NOW + timedelta(minutes=number)


def test_uses_of_vouchers_are_counted_by_mailbox_and_numbered_anew(empty: Flask) -> None:
    """A guest who wrote one mailbox in two ways, and then a member with it, are one customer."""
    flask_migrate.upgrade(revision="8c14e0f2")
    keys = ["ada.king@gmail.com", "adaking+shawls@googlemail.com", "eve@shop.example"]
    with db.engine.begin() as connection:
        voucher = rows.insert(connection, "vouchers", {})["id"]
        for number, key in enumerate(keys):
            use = {"voucher_id": voucher, "customer_hash": key, "slot": 1, "applied_at": moment(number)}
            rows.insert(connection, "voucher_usages", use, earlier=PLAIN_CUSTOMERS)
        person = {"email": "Ada.King@gmail.com", "email_key": "ada.king@gmail.com"}
        member = rows.insert(connection, "users", person)["id"]
        use = {"voucher_id": voucher, "customer_hash": str(member), "user_id": member, "slot": 1}
        rows.insert(connection, "voucher_usages", use | {"applied_at": moment(3)}, earlier=PLAIN_CUSTOMERS)
        adopted = use | {"user_id": None, "slot": 2, "applied_at": moment(4)}
        rows.insert(connection, "voucher_usages", adopted, earlier=PLAIN_CUSTOMERS)
    flask_migrate.upgrade(revision="c3a90e17")
    found = sa.text("SELECT customer_key, slot FROM voucher_usages ORDER BY applied_at")
    with db.engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(found)] == [
            ("adaking@gmail.com", 1), ("adaking@gmail.com", 2), ("eve@shop.example", 1),
            ("adaking@gmail.com", 3), ("adaking@gmail.com", 4),
        ]  # fmt: skip
    flask_migrate.downgrade(revision="8c14e0f2")
    with db.engine.connect() as connection:
        assert [row.customer_key for row in connection.execute(found)] == [
            "adaking@gmail.com", "adaking@gmail.com", "eve@shop.example", str(member), "adaking@gmail.com",
        ]  # fmt: skip


def test_customers_of_vouchers_become_hashes_that_the_shop_finds_again(empty: Flask) -> None:
    flask_migrate.upgrade(revision=BEFORE_HASHED_CUSTOMERS)
    with db.engine.begin() as connection:
        voucher = rows.insert(connection, "vouchers", {})["id"]
        person = {"email": "Ada.King@gmail.com", "email_key": "ada.king@gmail.com"}
        member = rows.insert(connection, "users", person)["id"]
        guests = rows.insert(connection, "orders", {"email_key": "eve@shop.example"})["id"]
        for number, (key, who) in enumerate(
            [("adaking@gmail.com", {"user_id": member}), ("adaking@gmail.com", {"user_id": member}),
             ("eve@shop.example", {"order_id": guests})]
        ):  # fmt: skip
            use = {"voucher_id": voucher, "customer_hash": key, "slot": number + 1, **who}
            rows.insert(
                connection, "voucher_usages", use | {"applied_at": moment(number)}, earlier=PLAIN_CUSTOMERS
            )

    def slots_by(column: str) -> list[tuple[Any, ...]]:
        found = sa.text(f"SELECT {column}, slot FROM voucher_usages ORDER BY applied_at")
        with db.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(found)]

    flask_migrate.upgrade()
    ada, eve = (vouchers.list_customer_hashes(one)[0] for one in ("adaking@gmail.com", "eve@shop.example"))
    assert slots_by("customer_hash") == [(ada, 1), (ada, 2), (eve, 3)]
    flask_migrate.downgrade(revision=BEFORE_HASHED_CUSTOMERS)
    assert slots_by("customer_key") == [
        ("adaking@gmail.com", 1),
        ("adaking@gmail.com", 2),
        ("eve@shop.example", 1),
    ]


def test_what_is_done_and_sent_forgets_what_filled_it(empty: Flask) -> None:
    flask_migrate.upgrade(revision=BEFORE_FORGETTING)
    with db.engine.begin() as connection:
        for done in (rows.NOW, None):
            owed = {"done_at": done, "payload": {"email": "ada@shop.example"}, "failed_at": None}
            rows.insert(connection, "outbox", owed)
            status = {"status": "sent" if done else "pending", "sent_at": done}
            rows.insert(connection, "messages", status | {"context": {"name": "Ada"}})
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        payloads = connection.execute(sa.select(Outbox.done_at.is_not(None), Outbox.payload)).all()
        contexts = connection.execute(sa.select(Message.sent_at.is_not(None), Message.context)).all()
    assert {bool(over): left for over, left in payloads} == {True: {}, False: {"email": "ada@shop.example"}}
    assert {bool(over): left for over, left in contexts} == {True: {}, False: {"name": "Ada"}}


def test_texts_grow_around_the_rows_that_are_there(empty: Flask) -> None:
    flask_migrate.upgrade(revision=BEFORE_LONGER_TEXTS)
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        rows.insert(connection, "products", {"name": "Bowl", "sku": "BOWL"})
    flask_migrate.downgrade(revision=BEFORE_LONGER_TEXTS)
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        product = rows.insert(connection, "products", {"name": "n" * 255, "sku": "s" * 255})["id"]
        rows.insert(connection, "product_attributes", {"product_id": product, "value": "v" * 255})
        rows.insert(connection, "order_lines", {"sku": "s" * 255, "options": "o" * 1540})
        names = connection.execute(sa.text("SELECT name FROM products WHERE sku IN ('BOWL', :long)"),
                                   {"long": "s" * 255}).scalars()  # fmt: skip
        assert sorted(names) == ["Bowl", "n" * 255]
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_traces_of_sentences_get_the_values_that_pages_name(empty: Flask) -> None:
    flask_migrate.upgrade(revision=BEFORE_VALUES_OF_OLD_TRACES)
    old = [
        {"step": "reward", "text": "Reward: Five off", "amount": -500},
        {"step": "total", "text": "Total", "amount": 9000},
        {"step": "gift_card", "text": "Paid by gift card …7K4M", "amount": -4000},
    ]
    new = [{"step": "gift_card", "amount": -4000, "values": {"digits": "text …7K4M"}}]
    with db.engine.begin() as connection:
        keys = [rows.insert(connection, "orders", {"trace": trace})["id"] for trace in (old, new)]

    def traces() -> list[Any]:
        with db.engine.connect() as connection:
            return [connection.scalar(sa.select(Order.trace).where(Order.id == key)) for key in keys]

    flask_migrate.upgrade()
    upgraded = [old[0] | {"values": {"name": "Five off"}}, old[1], old[2] | {"values": {"digits": "…7K4M"}}]
    assert traces() == [upgraded, new]
    flask_migrate.downgrade(revision=BEFORE_VALUES_OF_OLD_TRACES)
    assert traces() == [old, new]

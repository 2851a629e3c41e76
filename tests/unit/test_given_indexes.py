"""Every index that the customer's document asks for exists, or a unique or longer one does its work.

Defaults are only asked for together with their owner, so a default alone has no index; what is public has a
share token.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core.db import Base

GIVEN: dict[str, list[str]] = {
    "inventories": ["product_id", "quantity"],
    "inventory_reservations": ["product_id", "order_id", "expires_at", "status"],
    "inventory_logs": ["product_id", "reason", "created_at"],
    "order_trackings": ["order_id", "tracking_number", "carrier", "current_status", "estimated_delivery"],
    "tracking_events": ["order_id", "status", "occurred_at"],
    "tracking_notifications": ["order_id", "status"],
    "search_histories": [
        "user_id",
        "query",
        "timestamp",
        "converted_to_order",
        "user_id timestamp",
        "user_id query timestamp",
    ],
    "loyalty_accounts": ["user_id", "current_tier", "total_points", "last_purchase_date"],
    "points_histories": ["user_id", "points_type", "source_type", "created_at", "expires_at"],
    "loyalty_rewards": ["user_id", "status"],
    "gift_cards": ["code_hash", "status", "expires_at"],
    "gift_card_usages": ["gift_card_id", "order_id", "user_id"],
    "vouchers": ["code_key", "is_active", "expires_at"],
    "voucher_usages": ["voucher_id", "order_id", "user_id"],
    "saved_payment_methods": ["user_id", "user_id is_default"],
    "saved_addresses": ["user_id", "type", "country", "user_id type is_default"],
    "quick_checkout_sessions": ["session_id", "user_id", "status", "expires_at"],
    "blog_categories": ["slug", "is_active"],
    "blog_posts": [
        "slug",
        "status",
        "status published_at",
        "category_id",
        "published_at",
        "featured",
        "view_count",
    ],
    "size_guides": ["product_id", "category_id"],
    "saved_comparisons": ["user_id", "share_token"],
    "waitlists": ["user_id", "product_id", "status", "notified_at", "product_id status added_at"],
}


@pytest.fixture
def tables(shop: Flask) -> dict[str, sa.Table]:
    """Every table by its name."""
    return dict(Base.metadata.tables)


def keys(table: sa.Table) -> Iterator[list[str]]:
    """Yield the columns of each index and unique constraint that holds for all rows of the table."""
    for index in table.indexes:
        if index.dialect_options["sqlite"].get("where") is None:
            yield [column.name for column in index.columns]
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint):
            yield [column.name for column in constraint.columns]


def is_served(table: sa.Table, wanted: list[str]) -> bool:
    """Return whether some key begins with the wanted columns."""
    return any(key[: len(wanted)] == wanted for key in keys(table))


def test_every_given_index_is_served(tables: dict[str, sa.Table]) -> None:
    missing = [
        f"{name}: {wanted}"
        for name, indexes in GIVEN.items()
        for wanted in indexes
        if not is_served(tables[name], wanted.split())
    ]
    assert missing == []


def test_every_foreign_key_has_an_index(tables: dict[str, sa.Table]) -> None:
    missing = [
        f"{table.name}: {column.name}"
        for table in tables.values()
        for column in table.columns
        if column.foreign_keys and not is_served(table, [column.name])
    ]
    assert missing == []


def test_no_index_is_the_beginning_of_another(tables: dict[str, sa.Table]) -> None:
    redundant = []
    for table in tables.values():
        known = list(keys(table))
        for index in table.indexes:
            mine = [column.name for column in index.columns]
            partial = index.dialect_options["sqlite"].get("where") is not None
            longer = [key for key in known if key[: len(mine)] == mine and len(key) > len(mine)]
            if not index.unique and not partial and (longer or known.count(mine) > 1):
                redundant.append(index.name)
    assert redundant == []

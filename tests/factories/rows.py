"""Valid rows for every table, inserted without models, so that only the database can refuse them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kashcraft.core.columns import UtcDateTime
from kashcraft.core.db import Base, db
from kashcraft.core.ids import new_id

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
# Placeholder for the id of a new parent row.
PARENT = object()

# Values that a valid row needs beyond its types; {n} is replaced by a new number.
VALID: dict[str, dict[str, Any]] = {
    "blog_tags": {"slug": "walnut-{n}"},
    "cart_codes": {"kind": "voucher", "voucher_code": "VC-{n}"},
    "carts": {"token_hash": "token-{n}"},
    "catalogue_version": {"id": 1},
    "gift_cards": {"last_four": "7K4M"},
    "inventory_log_archives": {"reason": "restock"},
    "inventory_logs": {"reason": "restock"},
    "loyalty_changes": {"tier_id": PARENT},
    "order_lines": {"unit_price": 100, "quantity": 2, "gross": 200, "position": "{n}"},
    "orders": {"number": "KC-{n}", "subtotal": 100, "total": 100, "amount_due": 100},
    "price_changes": {"price": 100},
    "products": {"kind": "single", "slug": "piece-{n}", "sku": "SKU-{n}", "price": 100},
    "reference_version": {"id": 1},
    "refunds": {"amount": 100, "charged_amount": 100},
    "size_guide_rows": {"minimum_mm": 900, "maximum_mm": 940},
    "size_guides": {"product_id": PARENT},
    "slug_redirects": {"kind": "product", "product_id": PARENT},
    "tracking_notifications": {"event_id": PARENT},
    "uploads": {"size": 100, "stem": "bowl-{n}"},
    "vouchers": {"discount_type": "percentage", "discount_value": 1_000, "expires_at": LATER},
}
_numbers = count(1)


def insert(
    connection: Connection, name: str, given: dict[str, Any], *, earlier: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Insert a valid row with the values ``given`` and the parents it needs; return its values.

    ``earlier`` maps columns to their names in an earlier schema.
    """
    table = Base.metadata.tables[name]
    wanted = VALID.get(name, {}) | given
    row = {
        column.name: _value(connection, column, wanted)
        for column in table.columns
        if column.name in wanted
        or (
            column.computed is None
            # Columns that the database fills in are omitted.
            and column.server_default is None
            and (column.default or not column.nullable)
        )
    }
    names = {column.name: (earlier or {}).get(column.name, column.name) for column in table.columns}
    plain = sa.table(name, *(sa.column(names[one.name], _plain(one.type)) for one in table.columns))
    connection.execute(sa.insert(plain).values({names[column]: value for column, value in row.items()}))
    return row


def add_row(name: str, /, **values: Any) -> Any:
    """Insert a row inside the current step and return its id."""
    row = insert(db.session.connection(), name, values)
    return row.get("id")


def _plain(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    return sa.String() if isinstance(kind, sa.Enum) else kind


def _value(connection: Connection, column: sa.Column[Any], wanted: dict[str, Any]) -> Any:
    if column.name in wanted and wanted[column.name] is not PARENT:
        value = wanted[column.name]
        return _numbered(value, column) if isinstance(value, str) else value
    if isinstance(column.default, sa.ColumnDefault):
        value = column.default.arg(None) if column.default.is_callable else column.default.arg
        return value.value if isinstance(value, StrEnum) else value
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return insert(connection, target.table.name, {})[target.name]
    return _sample(column.type)


def _numbered(value: str, column: sa.Column[Any]) -> Any:
    text = value.format(n=next(_numbers)) if "{n}" in value else value
    return int(text) if isinstance(column.type, sa.Integer) else text


def _sample(kind: sa.types.TypeEngine[Any]) -> Any:
    if isinstance(kind, sa.Enum):
        return kind.enums[0]
    if isinstance(kind, UtcDateTime):
        return NOW
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.String):
        fixed = {2: "US", 3: "USD"}
        return fixed.get(kind.length or 0, f"v{next(_numbers)}")
    samples: dict[type[Any], Any] = {bool: False, int: 1, date: NOW.date()}
    return new_id() if kind.python_type is UUID else samples[kind.python_type]

"""Many vouchers of one kind, each with a code of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.db import db, insert_into
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import Voucher
from kashcraft.vouchers.services.terms import link

# So many rows fit into one statement on both databases.
BATCH = 500
COPIED = (
    "name", "description", "discount_type", "discount_value", "currency", "max_discount", "min_discount",
    "min_order_value", "max_order_value", "max_usages", "max_usage_per_user", "start_date", "expires_at",
    "requires_code", "campaign", "notes",
)  # fmt: skip


def issue_codes(*, voucher_id: UUID, count: int, created_by: UUID | None = None) -> list[Voucher]:
    """Write ``count`` vouchers like the given one, switched on, each with a new code, and return them.

    Each has the limits of its pattern for itself: with ``max_usages`` 1 every code works once. A code that
    exists already is made up again. Raises NotFound, and DomainError('voucher_count', most=) outside 1 to
    10,000.
    """
    if not 1 <= count <= rules.MOST_AT_ONCE:
        raise DomainError("voucher_count", field="count", most=rules.MOST_AT_ONCE)
    links = (selectinload(Voucher.category_links), selectinload(Voucher.exclusion_links))
    pattern = db.session.scalar(sa.select(Voucher).where(Voucher.id == voucher_id).options(*links))
    if pattern is None:
        raise NotFound("no_voucher")
    values = {name: getattr(pattern, name) for name in COPIED} | {"created_by": created_by}
    issued: list[Voucher] = []
    while len(issued) < count:
        batch = _insert(values, min(BATCH, count - len(issued)))
        link([one.id for one in batch], pattern.applicable_categories, pattern.excluded_products)
        issued += batch
    return issued


def _insert(values: dict[str, Any], count: int) -> list[Voucher]:
    """Insert up to ``count`` vouchers; codes that are taken are left out, as the unique index says."""
    codes = {rules.new_code() for _ in range(count)}
    rows = [{**values, "id": new_id(), "code": code, "is_active": True} for code in sorted(codes)]
    statement = insert_into(Voucher).values(rows).on_conflict_do_nothing(index_elements=["code_key"])
    return list(db.session.scalars(statement.returning(Voucher)))

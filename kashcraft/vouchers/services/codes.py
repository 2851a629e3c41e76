"""Vouchers in bulk, each with a code of its own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core.db import db, insert_into
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import UserId, VoucherId, new_id
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import Voucher, VoucherChangeKind, VoucherCopy
from kashcraft.vouchers.services import changes
from kashcraft.vouchers.services.terms import link

# The number of rows that one statement can insert on both databases.
BATCH = 500
COPIED = (
    "name", "description", "discount_type", "discount_value", "currency", "max_discount", "min_discount",
    "min_order_value", "max_order_value", "max_usages", "max_usage_per_user", "start_date", "expires_at",
    "requires_code", "campaign", "notes",
)  # fmt: skip


def issue_codes(
    *,
    voucher_id: VoucherId,
    count: int,
    max_usages: int | None = None,
    created_by: UserId | None = None,
    key: str | None = None,
) -> list[Voucher]:
    """Create ``count`` active vouchers with the terms of the given one, each with a new code, and return
    them.

    Each has the limits of its pattern, or ``max_usages``: with 1, every code works once. Existing codes are
    replaced by other random ones. ``key`` identifies the request: with the same key again, nothing is
    created. Raises NotFound, DomainError('voucher_count', most=) outside 1 to 10,000, ('voucher_limit') for a
    limit below 1, and ('voucher_automatic') for an automatic voucher, whose copies would all apply.
    """
    if not 1 <= count <= rules.MOST_AT_ONCE:
        raise DomainError("voucher_count", field="count", most=rules.MOST_AT_ONCE)
    if max_usages is not None and not 1 <= max_usages <= rules.MOST_USES:
        raise DomainError("voucher_limit", field="max_usages")
    pattern = _pattern(voucher_id)
    if not pattern.requires_code:
        raise DomainError("voucher_automatic")
    if changes.voucher_of(key) is not None:
        return []
    values = {name: getattr(pattern, name) for name in COPIED} | {"created_by": created_by}
    values["max_usages"] = max_usages or pattern.max_usages
    issued: list[Voucher] = []
    while len(issued) < count:
        batch = _insert(values, min(BATCH, count - len(issued)))
        link([one.id for one in batch], pattern.applicable_categories, pattern.excluded_products)
        copies = [{"voucher_id": one.id, "pattern_id": voucher_id} for one in batch]
        db.session.execute(sa.insert(VoucherCopy), copies)
        issued += batch
    changes.write(voucher_id, VoucherChangeKind.CODES_ISSUED, {"count": count}, actor_id=created_by, key=key)
    return issued


def _pattern(voucher_id: VoucherId) -> Voucher:
    """Return the voucher to copy, locked until the transaction ends. Raises NotFound."""
    links = (selectinload(Voucher.category_links), selectinload(Voucher.exclusion_links))
    found = sa.select(Voucher).where(Voucher.id == voucher_id).options(*links).with_for_update()
    pattern = db.session.scalar(found.execution_options(populate_existing=True))
    if pattern is None:
        raise NotFound("no_voucher")
    return pattern


def _insert(values: dict[str, object], count: int) -> list[Voucher]:
    """Insert up to ``count`` vouchers. Existing codes are left out by the unique index."""
    codes = {rules.new_code() for _ in range(count)}
    rows = [{**values, "id": new_id(), "code": code, "is_active": True} for code in sorted(codes)]
    once = insert_into(Voucher).on_conflict_do_nothing(index_elements=["code_key"])
    return list(db.session.scalars(once.returning(Voucher), rows))

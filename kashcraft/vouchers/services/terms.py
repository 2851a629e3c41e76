"""What staff say about a voucher: written, changed, switched."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core.db import db, insert_into
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import new_id
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import Voucher, VoucherCategory, VoucherExcludedProduct
from kashcraft.vouchers.rules import VoucherFacts

LINKS = {"category_ids", "excluded_product_ids"}
TRIES = 20


def create_voucher(*, facts: VoucherFacts, created_by: UUID | None = None) -> Voucher:
    """Write a voucher and return it; without a code it gets one of its own.

    Raises DomainError('voucher_code_taken', field='code') and the refusals of ``rules.check`` and
    ``rules.written_code``.
    """
    rules.check(facts)
    values = {**_values(facts), "created_by": created_by}
    if facts.code is None:
        voucher = next(filter(None, (_insert(values, rules.new_code()) for _ in range(TRIES))), None)
    else:
        voucher = _insert(values, rules.written_code(facts.code))
    if voucher is None:
        raise DomainError("voucher_code_taken", field="code")
    link([voucher.id], facts.category_ids, facts.excluded_product_ids)
    return voucher


def update_voucher(*, voucher_id: UUID, facts: VoucherFacts) -> Voucher:
    """Change what a voucher says and return it; what it was used for stays as it was.

    Raises NotFound, DomainError('voucher_limit_below_uses', field='max_usages', uses=) where it was used more
    often than the new limit allows, and whatever ``create_voucher`` raises.
    """
    rules.check(facts)
    values = _values(facts)
    if facts.code is not None:
        values["code"] = rules.written_code(facts.code)
        _refuse_taken(values["code"], voucher_id)
    limit = Voucher.current_usages <= facts.max_usages if facts.max_usages is not None else sa.true()
    changed = db.session.scalars(
        sa.update(Voucher)
        .where(Voucher.id == voucher_id, limit)
        .values(values)
        .returning(Voucher)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if changed is None:
        uses = db.session.scalar(sa.select(Voucher.current_usages).where(Voucher.id == voucher_id))
        if uses is None:
            raise NotFound("no_voucher")
        raise DomainError("voucher_limit_below_uses", field="max_usages", uses=uses)
    for model in (VoucherCategory, VoucherExcludedProduct):
        db.session.execute(
            sa.delete(model)
            .where(model.voucher_id == voucher_id)
            .execution_options(synchronize_session=False)
        )
    link([voucher_id], facts.category_ids, facts.excluded_product_ids)
    return changed


def switch(*, voucher_id: UUID, is_active: bool) -> Voucher:
    """Switch a voucher on or off by hand and return it. Raises NotFound."""
    changed = db.session.scalars(
        sa.update(Voucher)
        .where(Voucher.id == voucher_id)
        .values(is_active=is_active)
        .returning(Voucher)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if changed is None:
        raise NotFound("no_voucher")
    return changed


def link(
    voucher_ids: Collection[UUID], category_ids: Collection[UUID], product_ids: Collection[UUID]
) -> None:
    """Limit vouchers to categories and keep them away from products, each once."""
    for model, column, ids in (
        (VoucherCategory, "category_id", category_ids),
        (VoucherExcludedProduct, "product_id", product_ids),
    ):
        rows = [{"voucher_id": one, column: other} for one in voucher_ids for other in dict.fromkeys(ids)]
        if rows:
            db.session.execute(sa.insert(model), rows)


def _values(facts: VoucherFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in facts.__slots__ if name not in {*LINKS, "code"}}


def _insert(values: dict[str, Any], code: str) -> Voucher | None:
    """Insert a voucher, or return None where its code is taken: the unique index decides."""
    statement = insert_into(Voucher).values({**values, "id": new_id(), "code": code})
    unique = statement.on_conflict_do_nothing(index_elements=["code_key"])
    return db.session.scalars(unique.returning(Voucher)).one_or_none()


def _refuse_taken(code: str, voucher_id: UUID) -> None:
    taken = sa.select(Voucher.id).where(Voucher.code_key == rules.code_key(code), Voucher.id != voucher_id)
    if db.session.scalar(taken) is not None:
        raise DomainError("voucher_code_taken", field="code")

"""What staff say about a voucher: written, changed, switched."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kashcraft.core.db import db, insert_into, rows_changed
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import CategoryId, ProductId, UserId, VoucherId, new_id
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import (
    Voucher,
    VoucherCategory,
    VoucherChangeKind,
    VoucherCopy,
    VoucherExcludedProduct,
    VoucherUsage,
)
from kashcraft.vouchers.rules import VoucherInput
from kashcraft.vouchers.services import changes

LINKS = {"category_ids", "excluded_product_ids"}
TRIES = 20


def create_voucher(
    *, data: VoucherInput, created_by: UserId | None = None, key: str | None = None
) -> Voucher:
    """Write a voucher and return it; without a code it gets one of its own.

    ``key`` names the act: told twice, it gives the same voucher again. Raises
    DomainError('voucher_code_taken', field='code'), the refusals of ``rules.check`` and
    ``rules.format_code``, and DomainError('voucher_done_before') where the same act runs at the same moment.
    """
    known = changes.voucher_of(key)
    if known is not None:
        return _locked(known)
    rules.check(data)
    values = {**_values(data), "created_by": created_by}
    if data.code is None:
        voucher = next(filter(None, (_insert(values, rules.new_code()) for _ in range(TRIES))), None)
    else:
        voucher = _insert(values, rules.format_code(data.code))
    if voucher is None:
        raise DomainError("voucher_code_taken", field="code")
    link([voucher.id], data.category_ids, data.excluded_product_ids)
    changes.write(voucher.id, VoucherChangeKind.CREATED, {}, actor_id=created_by, key=key)
    return voucher


def update_voucher(
    *,
    voucher_id: VoucherId,
    data: VoucherInput,
    actor_id: UserId | None = None,
    seen: UUID | None = None,
) -> Voucher:
    """Change what a voucher says and return it; what it was used for stays as it was, and whether it is on.

    Orders that wait for their money keep the terms they were placed with. ``seen`` is the last act of its
    history that the person who changes it has seen. Raises NotFound,
    DomainError('voucher_changed_meanwhile') where somebody has done more since,
    DomainError('voucher_limit_below_uses', field='max_usages', uses=) where it was used more often than the
    new limit allows, DomainError('voucher_fixed_once_used', field=) for what ``rules.FIXED_ONCE_USED`` names
    once an order has used it, and whatever ``create_voucher`` raises.
    """
    rules.check(data)
    voucher = _locked(voucher_id)
    if seen is not None and seen != changes.last(voucher_id):
        raise DomainError("voucher_changed_meanwhile")
    values = _values(data)
    del values["is_active"]
    if data.code is not None:
        code = rules.format_code(data.code)
        _refuse_taken(code, voucher_id)
        values["code"] = code
    _refuse_what_is_fixed(voucher, values)
    if data.max_usages is not None and voucher.current_usages > data.max_usages:
        raise DomainError("voucher_limit_below_uses", field="max_usages", uses=voucher.current_usages)
    links = {name: tuple(dict.fromkeys(getattr(data, name))) for name in LINKS}
    before = {name: getattr(voucher, name) for name in values} | _linked(voucher_id)
    changed = _write(voucher_id, values)
    _unlink(voucher_id)
    link([voucher_id], data.category_ids, data.excluded_product_ids)
    differences = rules.differences(before, values | links)
    if differences:
        changes.write(voucher_id, VoucherChangeKind.CHANGED, {"fields": differences}, actor_id=actor_id)
    return changed


def switch(
    *, voucher_id: VoucherId, is_active: bool, actor_id: UserId | None = None, with_copies: bool = False
) -> Voucher:
    """Switch a voucher on or off by hand and return it; switching it twice changes nothing.

    ``with_copies`` switches every code that was made after it as well. Raises NotFound.
    """
    voucher = _locked(voucher_id)
    copies = 0
    if with_copies:
        made = sa.select(VoucherCopy.voucher_id).where(VoucherCopy.pattern_id == voucher_id)
        of_it = sa.update(Voucher).where(Voucher.id.in_(made), Voucher.is_active != is_active)
        switched = of_it.values(is_active=is_active).execution_options(synchronize_session=False)
        copies = rows_changed(db.session.execute(switched))
    if voucher.is_active is not is_active or copies:
        voucher = _write(voucher_id, {"is_active": is_active})
        kind = VoucherChangeKind.SWITCHED_ON if is_active else VoucherChangeKind.SWITCHED_OFF
        changes.write(voucher_id, kind, {"copies": copies} if copies else {}, actor_id=actor_id)
    return voucher


def link(
    voucher_ids: Collection[VoucherId],
    category_ids: Collection[CategoryId],
    product_ids: Collection[ProductId],
) -> None:
    """Limit vouchers to categories and keep them away from products, each once."""
    for model, column, ids in (
        (VoucherCategory, "category_id", category_ids),
        (VoucherExcludedProduct, "product_id", product_ids),
    ):
        rows = [{"voucher_id": one, column: other} for one in voucher_ids for other in dict.fromkeys(ids)]
        if rows:
            db.session.execute(sa.insert(model), rows)


def _unlink(voucher_id: VoucherId) -> None:
    for model in (VoucherCategory, VoucherExcludedProduct):
        db.session.execute(
            sa.delete(model)
            .where(model.voucher_id == voucher_id)
            .execution_options(synchronize_session=False)
        )


def _locked(voucher_id: VoucherId) -> Voucher:
    """Return a voucher as it is now, locked until the step ends. Raises NotFound."""
    found = db.session.scalars(
        sa.select(Voucher)
        .where(Voucher.id == voucher_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("no_voucher")
    return found


def _write(voucher_id: VoucherId, values: dict[str, object]) -> Voucher:
    """Write values into a voucher and return it; the unique index has the last word on its code."""
    statement = sa.update(Voucher).where(Voucher.id == voucher_id).values(values).returning(Voucher)
    options = {"synchronize_session": False, "populate_existing": True}
    try:
        return db.session.scalars(statement.execution_options(**options)).one()
    except IntegrityError as error:
        if "code_key" not in str(error.orig):
            raise
        raise DomainError("voucher_code_taken", field="code") from error


def _linked(voucher_id: VoucherId) -> dict[str, object]:
    """Return the ids of a voucher's categories and excluded products, by the names of the data."""
    return {
        name: db.session.scalars(sa.select(column).where(owner == voucher_id)).all()
        for name, column, owner in (
            ("category_ids", VoucherCategory.category_id, VoucherCategory.voucher_id),
            (
                "excluded_product_ids",
                VoucherExcludedProduct.product_id,
                VoucherExcludedProduct.voucher_id,
            ),
        )
    }


def _refuse_what_is_fixed(voucher: Voucher, values: dict[str, object]) -> None:
    """Raise DomainError where an act would change what stays as it is once a voucher was used."""
    new = {name: values[name] for name in rules.FIXED_ONCE_USED if name in values}
    if rules.code_key(str(new.get("code", ""))) == voucher.code_key:
        new["code"] = voucher.code
    field = next((name for name, value in new.items() if value != getattr(voucher, name)), None)
    used = sa.select(VoucherUsage.id).where(VoucherUsage.voucher_id == voucher.id).limit(1)
    if field and db.session.scalar(used) is not None:
        raise DomainError("voucher_fixed_once_used", field=field)


def _values(data: VoucherInput) -> dict[str, object]:
    return {name: getattr(data, name) for name in data.__slots__ if name not in {*LINKS, "code"}}


def _insert(values: dict[str, object], code: str) -> Voucher | None:
    """Insert a voucher, or return None where its code is taken: the unique index decides."""
    statement = insert_into(Voucher).values({**values, "id": new_id(), "code": code})
    unique = statement.on_conflict_do_nothing(index_elements=["code_key"])
    return db.session.scalars(unique.returning(Voucher)).one_or_none()


def _refuse_taken(code: str, voucher_id: VoucherId) -> None:
    taken = sa.select(Voucher.id).where(Voucher.code_key == rules.code_key(code), Voucher.id != voucher_id)
    if db.session.scalar(taken) is not None:
        raise DomainError("voucher_code_taken", field="code")

"""Creating, changing and switching vouchers."""

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
    """Create a voucher and return it. Without a code it gets a random one.

    ``key`` identifies the request: with the same key again, it returns the same voucher. Raises
    DomainError('voucher_code_taken', field='code'), what ``rules.check`` and ``rules.format_code`` raise, and
    DomainError('voucher_done_before') if the same request runs concurrently.
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
    """Change the terms of a voucher and return it. Its uses and its switch do not change.

    Unpaid orders keep the terms that they were placed with. ``seen`` is the latest change in the history that
    the editor has seen. Raises NotFound, DomainError without a field if there is a later change,
    DomainError('voucher_limit_below_uses', field='max_usages', uses=) if there are more uses than the new
    limit, DomainError('voucher_fixed_once_used', field=) for a field of ``rules.FIXED_ONCE_USED`` after the
    first use, and what ``create_voucher`` raises.
    """
    rules.check(data)
    voucher = _locked(voucher_id)
    if seen is not None and seen != changes.last(voucher_id):
        raise DomainError("voucher_changed_meanwhile")
    values = _values(data)
    del values["is_active"]
    if data.code is not None:
        code = rules.format_code(data.code)
        _check_code_is_free(code, voucher_id)
        values["code"] = code
    _check_fixed_fields(voucher, values)
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
    """Switch a voucher on or off and return it. Switching it twice changes nothing.

    ``with_copies`` switches every voucher that was copied from it too. Raises NotFound.
    """
    voucher = _locked(voucher_id)
    copies = 0
    if with_copies:
        copied = sa.select(VoucherCopy.voucher_id).where(VoucherCopy.pattern_id == voucher_id)
        of_it = sa.update(Voucher).where(Voucher.id.in_(copied), Voucher.is_active != is_active)
        switched = of_it.values(is_active=is_active).execution_options(synchronize_session=False)
        copies = rows_changed(db.session.execute(switched))
    if voucher.is_active is not is_active or copies:
        voucher = _write(voucher_id, {"is_active": is_active})
        kind = VoucherChangeKind.SWITCHED_ON if is_active else VoucherChangeKind.SWITCHED_OFF
        changes.write(voucher_id, kind, {"copies": copies} if copies else {}, actor_id=actor_id)
    return voucher


def switch_several(
    *, voucher_ids: Collection[VoucherId], is_active: bool, actor_id: UserId | None = None
) -> dict[VoucherId, str]:
    """Switch vouchers on or off, and return the codes of those that were in the other state, by their ids.

    Ids without a voucher are left out.
    """
    others = sa.select(Voucher.id).where(Voucher.id.in_(voucher_ids), Voucher.is_active != is_active)
    changed = db.session.scalars(others.order_by(Voucher.id)).all()
    return {one: switch(voucher_id=one, is_active=is_active, actor_id=actor_id).code for one in changed}


def link(
    voucher_ids: Collection[VoucherId],
    category_ids: Collection[CategoryId],
    product_ids: Collection[ProductId],
) -> None:
    """Limit vouchers to categories and exclude products from them, each once."""
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
    """Return the current row of a voucher, locked until the transaction ends. Raises NotFound."""
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
    """Update a voucher and return it. The unique index refuses a code that exists."""
    statement = sa.update(Voucher).where(Voucher.id == voucher_id).values(values).returning(Voucher)
    options = {"synchronize_session": False, "populate_existing": True}
    try:
        return db.session.scalars(statement.execution_options(**options)).one()
    except IntegrityError as error:
        if "code_key" not in str(error.orig):
            raise
        raise DomainError("voucher_code_taken", field="code") from error


def _linked(voucher_id: VoucherId) -> dict[str, object]:
    """Return the ids of a voucher's categories and excluded products, by the field names of
    ``VoucherInput``.
    """
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


def _check_fixed_fields(voucher: Voucher, values: dict[str, object]) -> None:
    """Raise DomainError if a change concerns a field that is fixed after the first use."""
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
    """Insert a voucher, or return None if its code exists: the unique index decides."""
    statement = insert_into(Voucher).values({**values, "id": new_id(), "code": code})
    unique = statement.on_conflict_do_nothing(index_elements=["code_key"])
    return db.session.scalars(unique.returning(Voucher)).one_or_none()


def _check_code_is_free(code: str, voucher_id: VoucherId) -> None:
    existing = sa.select(Voucher.id).where(Voucher.code_key == rules.code_key(code), Voucher.id != voucher_id)
    if db.session.scalar(existing) is not None:
        raise DomainError("voucher_code_taken", field="code")

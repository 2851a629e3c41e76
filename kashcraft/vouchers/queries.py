"""Vouchers for a basket, and what staff see of them. Plain rows: baskets ask on the shop's busiest paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.accounts import queries as accounts
from kashcraft.catalogue.models import Category, Product
from kashcraft.core import reading
from kashcraft.core.db import db
from kashcraft.core.emails import comparable
from kashcraft.core.errors import NotFound
from kashcraft.pricing.rules import VoucherTerms
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import (
    UsageStatus,
    Voucher,
    VoucherCategory,
    VoucherExcludedProduct,
    VoucherUsage,
)
from kashcraft.vouchers.rules import Found

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a voucher, as staff see it; amounts are minor units."""

    order_id: UUID
    user_id: UUID | None
    status: UsageStatus
    discount: int
    order_total: int
    final_total: int
    applied_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What vouchers did: uses that count, uses given back, minor units given, and what those orders cost."""

    uses: int = 0
    released: int = 0
    given: int = 0
    revenue: int = 0


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign, how many vouchers it has, and what they did; vouchers without one are called ''."""

    name: str
    vouchers: int
    statistics: Statistics


def customer_key(*, user_id: UUID | None, email: str | None) -> str | None:
    """Return what limits per customer count by: the user's id, else the normalised e-mail address.

    An address that belongs to an account counts as its owner. None while neither is known. No statement for
    members, one for guests.
    """
    if user_id is not None:
        return str(user_id)
    if not email or not email.strip():
        return None
    member = accounts.user_by_email(email)
    return str(member.id) if member else comparable(email)


def for_code(code: str, *, moment: datetime, customer_key: str | None, order_id: UUID | None = None) -> Found:
    """Return the terms of the voucher with this code, or why it cannot be used. One statement.

    See ``for_basket``.
    """
    return for_basket(code, moment=moment, customer_key=customer_key, order_id=order_id)[0]


def automatic(
    *, moment: datetime, customer_key: str | None, order_id: UUID | None = None
) -> list[VoucherTerms]:
    """Return the vouchers that apply by themselves now, those that end first before others. One statement.

    See ``for_basket``.
    """
    return for_basket(None, moment=moment, customer_key=customer_key, order_id=order_id)[1]


def for_basket(
    code: str | None, *, moment: datetime, customer_key: str | None, order_id: UUID | None = None
) -> tuple[Found, list[VoucherTerms]]:
    """Return what a code is worth and the vouchers that apply by themselves, together. One statement.

    Terms name the categories with everything below them and the products left out with their choices. Without
    a ``customer_key`` limits per customer are left for later. What ``order_id`` has used itself, while it
    waits for its money, does not count against it. Limits are told here and held by ``services.claim``.
    """
    rows = reading.rows(
        _statement(),
        {
            "code_key": rules.code_key(code)[: rules.LONGEST_CODE + 1] if code else None,
            "moment": moment,
            "customer_key": customer_key,
            "order_id": order_id or NOBODY,
        },
    )
    vouchers, scopes = _gathered(rows)
    usable: dict[UUID, VoucherTerms] = {}
    refusals: dict[UUID, str] = {}
    for row in vouchers:
        uses = row.current_usages - row.held
        refusal = rules.refusal(row, moment=moment, uses=uses, own_uses=row.own_uses)
        if refusal:
            refusals[row.id] = refusal
        else:
            usable[row.id] = rules.terms_of(row, **scopes[row.id])
    by_themselves = [terms for terms in usable.values() if not terms.requires_code]
    if code is None:
        return Found(), by_themselves
    wanted = next((row.id for row in vouchers if row.code_key == rules.code_key(code)), None)
    if wanted is None:
        return Found(refusal="voucher_unknown"), by_themselves
    return Found(usable.get(wanted), refusals.get(wanted)), by_themselves


def _gathered(rows: Sequence[Any]) -> tuple[list[Any], dict[UUID, dict[str, set[UUID]]]]:
    """Return a row for each voucher, and the categories and products that the rows name for each."""
    vouchers = {row.id: row for row in rows}
    scopes: dict[UUID, dict[str, set[UUID]]] = {
        key: {"categories": set(), "products": set()} for key in vouchers
    }
    for row in rows:
        if row.scope_id is not None:
            scopes[row.id][row.scope].add(row.scope_id)
    return list(vouchers.values()), scopes


@cache
def _statement() -> Any:
    """Return the one statement for vouchers, their scopes with what lies below, and their uses."""
    moment = sa.bindparam("moment", type_=Voucher.start_date.type)
    by_itself = sa.and_(
        Voucher.is_active,
        Voucher.requires_code.is_(False),
        Voucher.start_date <= moment,
        Voucher.expires_at > moment,
    )
    asked = Voucher.code_key == sa.bindparam("code_key", type_=sa.String)
    chosen = sa.select(*Voucher.__table__.c).where(sa.or_(asked, by_itself)).cte("chosen")
    scope = _scope(sa.select(chosen.c.id))
    return (
        sa.select(*chosen.c, scope.c.scope, scope.c.scope_id, *_uses(chosen.c.id))
        .outerjoin_from(chosen, scope, scope.c.voucher_id == chosen.c.id)
        .order_by(chosen.c.expires_at, chosen.c.id)
    )


def _scope(chosen: Any) -> Any:
    shelves = (
        sa.select(VoucherCategory.voucher_id, VoucherCategory.category_id.label("id"))
        .where(VoucherCategory.voucher_id.in_(chosen))
        .cte("shelves", recursive=True)
    )
    shelves = shelves.union(
        sa.select(shelves.c.voucher_id, Category.id).join(Category, Category.parent_id == shelves.c.id)
    )
    excluded = VoucherExcludedProduct.voucher_id.in_(chosen)
    owner = VoucherExcludedProduct.voucher_id
    return sa.union_all(
        sa.select(
            shelves.c.voucher_id,
            sa.literal_column("'categories'").label("scope"),
            shelves.c.id.label("scope_id"),
        ),
        sa.select(owner, sa.literal_column("'products'"), VoucherExcludedProduct.product_id).where(excluded),
        sa.select(owner, sa.literal_column("'products'"), Product.id)
        .join(Product, Product.parent_id == VoucherExcludedProduct.product_id)
        .where(excluded),
    ).subquery("scopes")


def _uses(voucher_id: Any) -> tuple[Any, Any]:
    """Return the customer's other uses, and the one that the order itself holds."""
    own_order = sa.bindparam("order_id", type_=sa.Uuid)
    counted = (
        sa.select(sa.func.count())
        .select_from(VoucherUsage)
        .where(VoucherUsage.voucher_id == voucher_id, VoucherUsage.status == UsageStatus.APPLIED)
    )
    customer = VoucherUsage.customer_key == sa.bindparam("customer_key", type_=sa.String)
    others = counted.where(customer, VoucherUsage.order_id != own_order)
    held = counted.where(VoucherUsage.order_id == own_order)
    return others.scalar_subquery().label("own_uses"), held.scalar_subquery().label("held")


def by_id(voucher_id: UUID) -> Voucher:
    """Return a voucher with its categories and excluded products. Three statements. Raises NotFound."""
    links = (selectinload(Voucher.category_links), selectinload(Voucher.exclusion_links))
    found = db.session.scalar(sa.select(Voucher).where(Voucher.id == voucher_id).options(*links))
    if found is None:
        raise NotFound("no_voucher")
    return found


def listed(
    *, page: int, size: int, text: str = "", campaign: str | None = None
) -> tuple[Sequence[Voucher], int]:
    """Return a page of vouchers without their relations, the newest first, and how many there are in all.

    ``text`` is part of a code or a name. Two statements.
    """
    wanted = [] if campaign is None else [sa.func.coalesce(Voucher.campaign, "") == campaign]
    if text.strip():
        code = Voucher.code_key.contains(rules.code_key(text), autoescape=True)
        wanted.append(sa.or_(code, Voucher.name.icontains(text.strip(), autoescape=True)))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Voucher).where(*wanted)) or 0
    found = sa.select(Voucher).where(*wanted).order_by(Voucher.id.desc())
    return db.session.scalars(found.limit(size).offset((page - 1) * size)).all(), total


def uses(voucher_id: UUID, *, limit: int = 100) -> list[Use]:
    """Return the last uses of a voucher, those given back included. One statement."""
    rows = reading.rows(
        sa.select(
            VoucherUsage.order_id, VoucherUsage.user_id, VoucherUsage.status, VoucherUsage.discount_amount,
            VoucherUsage.order_total, VoucherUsage.final_total, VoucherUsage.applied_at,
            VoucherUsage.released_at,
        )
        .where(VoucherUsage.voucher_id == voucher_id)
        .order_by(VoucherUsage.applied_at.desc(), VoucherUsage.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [Use(*row) for row in rows]


def statistics(voucher_id: UUID) -> Statistics:
    """Return what one voucher did. One statement."""
    return Statistics(*reading.rows(sa.select(*_sums()).where(VoucherUsage.voucher_id == voucher_id))[0])


def campaigns() -> list[Campaign]:
    """Return what the vouchers of every campaign did, by name. One statement."""
    name = sa.func.coalesce(Voucher.campaign, "")
    rows = reading.rows(
        sa.select(name, sa.func.count(Voucher.id.distinct()), *_sums())
        .select_from(Voucher)
        .outerjoin(VoucherUsage, VoucherUsage.voucher_id == Voucher.id)
        .group_by(name)
        .order_by(name)
    )
    return [Campaign(row[0], row[1], Statistics(*row[2:])) for row in rows]


def _sums() -> list[Any]:
    applied = VoucherUsage.status == UsageStatus.APPLIED
    released = VoucherUsage.status == UsageStatus.RELEASED
    numbers = [sa.func.count().filter(applied), sa.func.count().filter(released)]
    amounts = (VoucherUsage.discount_amount, VoucherUsage.final_total)
    return numbers + [sa.func.coalesce(sa.func.sum(one).filter(applied), 0) for one in amounts]

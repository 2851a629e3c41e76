"""Vouchers for a basket, and what staff see of them. Plain rows: baskets ask on the shop's busiest paths."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from kashcraft.core.context import settings
from kashcraft.core.db import db
from kashcraft.core.emails import mailbox
from kashcraft.core.errors import NotFound
from kashcraft.pricing.rules import VoucherTerms
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import (
    UsageStatus,
    Voucher,
    VoucherCategory,
    VoucherChange,
    VoucherCopy,
    VoucherExcludedProduct,
    VoucherUsage,
)
from kashcraft.vouchers.rules import Found, Standing

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
    code: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A code that was made in bulk: how often it was used, how often it may be, whether it is switched on."""

    code: str
    uses: int
    max_usages: int | None
    is_active: bool


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
    """Return what limits per customer count by: the mailbox of the account, else of the address that a guest
    has told, so that a member and a guest with the same mailbox are one customer.

    The id of an account without an address; None while nothing is known. One statement for members, none for
    guests.
    """
    if user_id is not None:
        member = accounts.user_by_id(user_id)
        return mailbox(member.email) if member and member.email else str(user_id)
    return mailbox(email) if email and email.strip() else None


def customer_hashes(customer: str | None) -> list[str]:
    """Return what uses of a ``customer_key`` are stored under: the hash under each of the shop's encryption
    keys, the one for new uses first; none while nobody is known.
    """
    return [rules.customer_hash(key, customer) for key in settings().encryption_keys] if customer else []


def for_code(code: str, **known: Any) -> Found:
    """Return the terms of the voucher with this code, or why it cannot be used. One statement.

    See ``for_basket``.
    """
    return for_basket(code, **known)[0]


def for_basket(
    code: str | None,
    *,
    moment: datetime,
    customer_key: str | None,
    user_id: UUID | None = None,
    order_id: UUID | None = None,
) -> tuple[Found, list[VoucherTerms]]:
    """Return what a code is worth and the vouchers that apply by themselves, together. One statement.

    Terms name the categories with everything below them and the products left out with their choices. Without
    a ``customer_key`` limits per customer are left for later; of the member ``user_id`` what was used
    under an earlier address counts too. What ``order_id`` has used itself, while it waits for its money, does
    not count against it. Limits are told here and held by ``services.claim``.
    """
    keys = rules.code_keys(code) if code else (None, None)
    rows = reading.rows(
        _statement(),
        {
            "code_key": keys[0],
            "misread_key": keys[1],
            "moment": moment,
            "customer_hashes": customer_hashes(customer_key),
            "user_id": user_id or NOBODY,
            "order_id": order_id or NOBODY,
        },
    )
    vouchers, scopes = _gathered(rows)
    usable, refusals = _judged(vouchers, scopes, moment)
    by_themselves = [terms for terms in usable.values() if not terms.requires_code]
    if code is None:
        return Found(), by_themselves
    ids = {row.code_key: row.id for row in vouchers}
    wanted = ids.get(keys[0]) or ids.get(keys[1])
    if wanted is None:
        return Found(refusal="voucher_unknown"), by_themselves
    return Found(usable.get(wanted), refusals.get(wanted)), by_themselves


def _judged(
    vouchers: Sequence[Any], scopes: dict[UUID, dict[str, set[UUID]]], moment: datetime
) -> tuple[dict[UUID, VoucherTerms], dict[UUID, str]]:
    """Return the terms of the vouchers that can be used, and why the others cannot."""
    usable: dict[UUID, VoucherTerms] = {}
    refusals: dict[UUID, str] = {}
    for row in vouchers:
        uses = row.current_usages - row.held
        refusal = rules.refusal(row, moment=moment, uses=uses, own_uses=row.own_uses)
        if refusal:
            refusals[row.id] = refusal
        else:
            usable[row.id] = rules.terms_of(row, **scopes[row.id])
    return usable, refusals


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
    asked = Voucher.code_key.in_(
        [sa.bindparam(name, type_=sa.String) for name in ("code_key", "misread_key")]
    )
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
    customer = sa.or_(
        VoucherUsage.customer_hash.in_(sa.bindparam("customer_hashes", type_=sa.String, expanding=True)),
        VoucherUsage.user_id == sa.bindparam("user_id", type_=sa.Uuid),
    )
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
    *,
    page: int,
    size: int,
    moment: datetime,
    text: str = "",
    campaign: str | None = None,
    standing: Standing | None = None,
    copies_of: UUID | None = None,
) -> tuple[Sequence[Voucher], int]:
    """Return a page of vouchers without their relations, the newest first, and how many there are in all.

    ``text`` is part of a code, a name or a campaign. Codes that were made in bulk after another voucher are
    listed where they are looked for or as ``copies_of`` it, else they would bury the rest. Two statements.
    """
    made = sa.select(VoucherCopy.voucher_id)
    wanted = [] if standing is None else [_is(standing, moment)]
    if campaign is not None:
        wanted.append(sa.func.coalesce(Voucher.campaign, "") == campaign)
    if text.strip():
        wanted.append(_named(text.strip()))
    if copies_of is not None:
        wanted.append(Voucher.id.in_(made.where(VoucherCopy.pattern_id == copies_of)))
    elif not text.strip():
        wanted.append(Voucher.id.not_in(made))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Voucher).where(*wanted)) or 0
    found = sa.select(Voucher).where(*wanted).order_by(Voucher.id.desc())
    return db.session.scalars(found.limit(size).offset((page - 1) * size)).all(), total


def _named(text: str) -> sa.ColumnElement[bool]:
    words = (Voucher.name, Voucher.campaign)
    return sa.or_(
        *(Voucher.code_key.contains(key, autoescape=True) for key in set(rules.code_keys(text)) if key),
        *(column.icontains(text, autoescape=True) for column in words),
    )


def _is(standing: Standing, moment: datetime) -> sa.ColumnElement[bool]:
    """Return ``rules.standing`` as a condition."""
    used_up = sa.func.coalesce(Voucher.current_usages >= Voucher.max_usages, sa.false())
    on = Voucher.is_active
    within = sa.and_(on, Voucher.start_date <= moment, Voucher.expires_at > moment)
    return {
        Standing.OFF: sa.not_(on),
        Standing.ENDED: sa.and_(on, Voucher.expires_at <= moment),
        Standing.SCHEDULED: sa.and_(on, Voucher.expires_at > moment, Voucher.start_date > moment),
        Standing.USED_UP: sa.and_(within, used_up),
        Standing.RUNNING: sa.and_(within, sa.not_(used_up)),
    }[standing]


def pattern_of(voucher_id: UUID) -> Voucher | None:
    """Return the voucher that this one was made after in bulk, or None. One statement."""
    joined = sa.select(Voucher).join(VoucherCopy, VoucherCopy.pattern_id == Voucher.id)
    return db.session.scalar(joined.where(VoucherCopy.voucher_id == voucher_id))


def copies(voucher_id: UUID) -> list[Copy]:
    """Return every code that was made in bulk after a voucher, in the order of making. One statement."""
    rows = reading.rows(
        sa.select(Voucher.code, Voucher.current_usages, Voucher.max_usages, Voucher.is_active)
        .join(VoucherCopy, VoucherCopy.voucher_id == Voucher.id)
        .where(VoucherCopy.pattern_id == voucher_id)
        .order_by(Voucher.id)
    )
    return [Copy(*row) for row in rows]


def copies_made(voucher_id: UUID) -> int:
    """Return how many codes were made in bulk after a voucher. One statement."""
    made = sa.select(sa.func.count()).select_from(VoucherCopy).where(VoucherCopy.pattern_id == voucher_id)
    return db.session.scalar(made) or 0


def was_used(voucher_id: UUID) -> bool:
    """Return whether an order has ever used a voucher, given back or not. One statement."""
    used = sa.select(VoucherUsage.id).where(VoucherUsage.voucher_id == voucher_id).limit(1)
    return db.session.scalar(used) is not None


def uses(voucher_id: UUID, *, page: int = 1, size: int = 100) -> tuple[list[Use], int]:
    """Return a page of the uses of a voucher and of the codes made after it, the last first, those given back
    included, and how many there are. Two statements.
    """
    mine = VoucherUsage.voucher_id.in_(_family(voucher_id))
    rows = reading.rows(
        sa.select(
            VoucherUsage.order_id, VoucherUsage.user_id, VoucherUsage.status, VoucherUsage.discount_amount,
            VoucherUsage.order_total, VoucherUsage.final_total, VoucherUsage.applied_at,
            VoucherUsage.released_at, Voucher.code,
        )
        .join(Voucher, Voucher.id == VoucherUsage.voucher_id)
        .where(mine)
        .order_by(VoucherUsage.applied_at.desc(), VoucherUsage.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )  # fmt: skip
    total = db.session.scalar(sa.select(sa.func.count()).select_from(VoucherUsage).where(mine)) or 0
    return [Use(*row) for row in rows], total


def _family(voucher_id: UUID) -> Any:
    made = sa.select(VoucherCopy.voucher_id).where(VoucherCopy.pattern_id == voucher_id)
    return sa.union_all(sa.select(sa.literal(voucher_id, sa.Uuid())), made)


def statistics(voucher_id: UUID) -> Statistics:
    """Return what one voucher and the codes made after it did. One statement."""
    mine = VoucherUsage.voucher_id.in_(_family(voucher_id))
    return Statistics(*reading.rows(sa.select(*_sums()).where(mine))[0])


def statistics_of(voucher_ids: Collection[UUID]) -> dict[UUID, Statistics]:
    """Return what each of these vouchers did, with the codes made after it. One statement."""
    owner = sa.func.coalesce(VoucherCopy.pattern_id, VoucherUsage.voucher_id)
    rows = reading.rows(
        sa.select(owner, *_sums())
        .select_from(VoucherUsage)
        .outerjoin(VoucherCopy, VoucherCopy.voucher_id == VoucherUsage.voucher_id)
        .where(owner.in_(voucher_ids))
        .group_by(owner)
    )
    return {row[0]: Statistics(*row[1:]) for row in rows}


def history(voucher_id: UUID, *, limit: int = 50) -> Sequence[VoucherChange]:
    """Return the last acts of staff on a voucher, the newest first. One statement."""
    mine = sa.select(VoucherChange).where(VoucherChange.voucher_id == voucher_id)
    return db.session.scalars(mine.order_by(VoucherChange.id.desc()).limit(limit)).all()


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

"""Reads of vouchers for staff."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kashcraft.core import autocommit
from kashcraft.core.db import db
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import OrderId, UserId, VoucherId
from kashcraft.vouchers import rules
from kashcraft.vouchers.models import (
    UsageStatus,
    Voucher,
    VoucherChange,
    VoucherCopy,
    VoucherUsage,
)
from kashcraft.vouchers.rules import VoucherState

# What a list of vouchers can be sorted by without their uses.
SORTED_BY: Mapping[str, sa.SQLColumnExpression[object]] = {
    "code": Voucher.code_key,
    "name": sa.func.lower(Voucher.name),
    "starts": Voucher.start_date,
    "ends": Voucher.expires_at,
}
# The voucher that a use counts for: that of a copy is the voucher that it was copied from.
_OWNER = sa.func.coalesce(VoucherCopy.pattern_id, VoucherUsage.voucher_id)


@dataclass(frozen=True, slots=True)
class VoucherUse:
    """One use of a voucher, for staff. Amounts are minor units."""

    order_id: OrderId
    user_id: UserId | None
    status: UsageStatus
    discount: int
    order_total: int
    final_total: int
    applied_at: datetime
    released_at: datetime | None
    code: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A voucher that was created in bulk: its code, its uses, its limit, and whether it is switched on."""

    code: str
    uses: int
    max_usages: int | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class VoucherStatistics:
    """Results of vouchers: applied uses, released uses, discounts granted, and the totals of those orders."""

    uses: int = 0
    released: int = 0
    discounts: int = 0
    revenue: int = 0


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign, the number of its vouchers, and their results. Vouchers without a campaign have the name
    ''.
    """

    name: str
    vouchers: int
    statistics: VoucherStatistics


def get_voucher(voucher_id: VoucherId) -> Voucher:
    """Return a voucher with its categories and excluded products. Three statements. Raises NotFound."""
    links = (selectinload(Voucher.category_links), selectinload(Voucher.exclusion_links))
    found = db.session.scalar(sa.select(Voucher).where(Voucher.id == voucher_id).options(*links))
    if found is None:
        raise NotFound("no_voucher")
    return found


def list_vouchers(
    *,
    page: int,
    size: int,
    moment: datetime,
    text: str = "",
    campaign: str | None = None,
    state: VoucherState | None = None,
    copies_of: VoucherId | None = None,
    sort: str = "",
) -> tuple[Sequence[Voucher], int]:
    """Return one page of vouchers without their relations, and the number of all.

    ``text`` is part of a code, a name or a campaign. Vouchers that were created in bulk are listed only with
    ``text``, or with ``copies_of`` for those of one voucher. ``sort`` is a key of ``SORTED_BY``, "uses" or
    "discounts", with a minus sign for the largest first; without one the newest come first. Two statements.
    """
    copies = sa.select(VoucherCopy.voucher_id)
    wanted = [] if state is None else [_is(state, moment)]
    if campaign is not None:
        wanted.append(sa.func.coalesce(Voucher.campaign, "") == campaign)
    if text.strip():
        wanted.append(_named(text.strip()))
    if copies_of is not None:
        wanted.append(Voucher.id.in_(copies.where(VoucherCopy.pattern_id == copies_of)))
    elif not text.strip():
        wanted.append(Voucher.id.not_in(copies))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Voucher).where(*wanted)) or 0
    found = _sorted(sa.select(Voucher).where(*wanted), sort)
    return db.session.scalars(found.limit(size).offset((page - 1) * size)).all(), total


def _sorted(found: sa.Select[Voucher], sort: str) -> sa.Select[Voucher]:
    if not sort:
        return found.order_by(Voucher.id.desc())
    name = sort.removeprefix("-")
    key = SORTED_BY.get(name)
    if key is None:
        results = _results().subquery()
        found = found.outerjoin(results, results.c.owner == Voucher.id)
        key = sa.func.coalesce(results.c[name], 0)
    if sort.startswith("-"):
        return found.order_by(key.desc(), Voucher.id.desc())
    return found.order_by(key, Voucher.id)


def count_by_state(moment: datetime) -> dict[VoucherState, int]:
    """Return the number of vouchers in each state at ``moment``, without those created in bulk.

    One statement.
    """
    copies = sa.select(VoucherCopy.voucher_id)
    counts = [sa.func.count().filter(_is(state, moment)) for state in VoucherState]
    (row,) = autocommit.rows(sa.select(*counts).where(Voucher.id.not_in(copies)))
    return dict(zip(VoucherState, row, strict=True))


def list_campaign_names() -> list[str]:
    """Return the names of all campaigns, sorted. One statement."""
    names = sa.select(Voucher.campaign).where(Voucher.campaign.is_not(None)).distinct()
    return [row[0] for row in autocommit.rows(names.order_by(Voucher.campaign))]


def _named(text: str) -> sa.ColumnElement[bool]:
    words = (Voucher.name, Voucher.campaign)
    return sa.or_(
        *(Voucher.code_key.contains(key, autoescape=True) for key in set(rules.code_keys(text)) if key),
        *(column.icontains(text, autoescape=True) for column in words),
    )


def _is(state: VoucherState, moment: datetime) -> sa.ColumnElement[bool]:
    """Return ``rules.state_of`` as an SQL condition."""
    used_up = sa.func.coalesce(Voucher.current_usages >= Voucher.max_usages, sa.false())
    on = Voucher.is_active
    within = sa.and_(on, Voucher.start_date <= moment, Voucher.expires_at > moment)
    return {
        VoucherState.OFF: sa.not_(on),
        VoucherState.ENDED: sa.and_(on, Voucher.expires_at <= moment),
        VoucherState.SCHEDULED: sa.and_(on, Voucher.expires_at > moment, Voucher.start_date > moment),
        VoucherState.USED_UP: sa.and_(within, used_up),
        VoucherState.RUNNING: sa.and_(within, sa.not_(used_up)),
    }[state]


def find_pattern(voucher_id: VoucherId) -> Voucher | None:
    """Return the voucher that this one was copied from in bulk, or None. One statement."""
    joined = sa.select(Voucher).join(VoucherCopy, VoucherCopy.pattern_id == Voucher.id)
    return db.session.scalar(joined.where(VoucherCopy.voucher_id == voucher_id))


def list_copies(voucher_id: VoucherId) -> list[Copy]:
    """Return every voucher that was created in bulk from this one, in order of creation. One statement."""
    rows = autocommit.rows(
        sa.select(Voucher.code, Voucher.current_usages, Voucher.max_usages, Voucher.is_active)
        .join(VoucherCopy, VoucherCopy.voucher_id == Voucher.id)
        .where(VoucherCopy.pattern_id == voucher_id)
        .order_by(Voucher.id)
    )
    return [Copy(*row) for row in rows]


def count_copies(voucher_id: VoucherId) -> int:
    """Return the number of vouchers that were created in bulk from this one. One statement."""
    copies = sa.select(sa.func.count()).select_from(VoucherCopy).where(VoucherCopy.pattern_id == voucher_id)
    return db.session.scalar(copies) or 0


def find_use(order_id: OrderId) -> VoucherUsage | None:
    """Return an order's use of a voucher, released or not, or None. One statement."""
    return db.session.scalar(sa.select(VoucherUsage).where(VoucherUsage.order_id == order_id))


def was_used(voucher_id: VoucherId) -> bool:
    """Return whether an order has ever used the voucher, released or not. One statement."""
    used = sa.select(VoucherUsage.id).where(VoucherUsage.voucher_id == voucher_id).limit(1)
    return db.session.scalar(used) is not None


def list_uses(voucher_id: VoucherId, *, page: int = 1, size: int = 100) -> tuple[list[VoucherUse], int]:
    """Return one page of the uses of a voucher and its copies, latest first, and the number of all.

    Released uses are included. Two statements.
    """
    mine = VoucherUsage.voucher_id.in_(_with_copies(voucher_id))
    rows = autocommit.rows(
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
    return [VoucherUse(*row) for row in rows], total


def _with_copies(voucher_id: VoucherId) -> sa.CompoundSelect[VoucherId]:
    copies = sa.select(VoucherCopy.voucher_id).where(VoucherCopy.pattern_id == voucher_id)
    return sa.union_all(sa.select(sa.literal(voucher_id, sa.Uuid())), copies)


def get_statistics(voucher_id: VoucherId) -> VoucherStatistics:
    """Return the results of one voucher and its copies. One statement."""
    mine = VoucherUsage.voucher_id.in_(_with_copies(voucher_id))
    return VoucherStatistics(*autocommit.rows(sa.select(*_sums()).where(mine))[0])


def list_statistics(voucher_ids: Collection[VoucherId]) -> dict[VoucherId, VoucherStatistics]:
    """Return the results of each of these vouchers, with those of its copies. One statement."""
    rows = autocommit.rows(_results().where(_OWNER.in_(voucher_ids)))
    return {row[0]: VoucherStatistics(*row[1:]) for row in rows}


def _results() -> sa.Select[VoucherId, *tuple[Any, ...]]:
    """Return the results of every used voucher with those of its copies, by ``owner``."""
    names = ("uses", "released", "discounts", "revenue")
    sums = [one.label(name) for name, one in zip(names, _sums(), strict=True)]
    return (
        sa.select(_OWNER.label("owner"), *sums)
        .select_from(VoucherUsage)
        .outerjoin(VoucherCopy, VoucherCopy.voucher_id == VoucherUsage.voucher_id)
        .group_by(_OWNER)
    )


def list_changes(voucher_id: VoucherId, *, limit: int = 50) -> Sequence[VoucherChange]:
    """Return the latest changes of a voucher by staff, newest first. One statement."""
    mine = sa.select(VoucherChange).where(VoucherChange.voucher_id == voucher_id)
    return db.session.scalars(mine.order_by(VoucherChange.id.desc()).limit(limit)).all()


def list_campaigns() -> list[Campaign]:
    """Return the results of the vouchers of each campaign, by name. One statement."""
    name = sa.func.coalesce(Voucher.campaign, "")
    rows = autocommit.rows(
        sa.select(name, sa.func.count(Voucher.id.distinct()), *_sums())
        .select_from(Voucher)
        .outerjoin(VoucherUsage, VoucherUsage.voucher_id == Voucher.id)
        .group_by(name)
        .order_by(name)
    )
    return [Campaign(row[0], row[1], VoucherStatistics(*row[2:])) for row in rows]


def _sums() -> list[sa.ColumnElement[int]]:
    applied = VoucherUsage.status == UsageStatus.APPLIED
    released = VoucherUsage.status == UsageStatus.RELEASED
    numbers: list[sa.ColumnElement[int]] = [sa.func.count().filter(applied), sa.func.count().filter(released)]
    amounts = (VoucherUsage.discount_amount, VoucherUsage.final_total)
    return numbers + [sa.func.coalesce(sa.func.sum(one).filter(applied), 0) for one in amounts]


def has_vouchers() -> bool:
    """Return whether there is any voucher. One statement."""
    return bool(autocommit.rows(sa.select(Voucher.id).limit(1)))

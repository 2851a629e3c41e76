"""Entries of the waiting list, and daily totals of the deleted ones."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, column_property

from kashcraft.core import clock
from kashcraft.core.db import CreatedAt, Id, Mapped, Model, UpdatedAt, enum_column, mapped_column
from kashcraft.core.ids import ProductId, UserId
from kashcraft.loyalty.models import LoyaltyAccount, Tier


class WaitlistStatus(StrEnum):
    """Active entries wait, notified ones have a unit held; purchased and cancelled ones have ended."""

    ACTIVE = "active"
    NOTIFIED = "notified"
    PURCHASED = "purchased"
    CANCELLED = "cancelled"


class NotificationMethod(StrEnum):
    """How a customer wants to be notified."""

    EMAIL = "email"
    SMS = "sms"
    BOTH = "both"


class CancelReason(StrEnum):
    """Why an entry was cancelled: by the customer, by a lapsed hold, or because the product was archived."""

    LEFT = "left"
    LAPSED = "lapsed"
    ARCHIVED = "archived"


class WaitOutcome(StrEnum):
    """How an entry ended: with a purchase, or for one of the reasons to cancel."""

    PURCHASED = "purchased"
    LEFT = "left"
    LAPSED = "lapsed"
    ARCHIVED = "archived"

    @classmethod
    def of(cls, entry: Waitlist) -> WaitOutcome:
        """Return the outcome of an ended entry."""
        return cls.PURCHASED if entry.cancel_reason is None else cls(entry.cancel_reason.value)


_LIVE = "status IN ('active', 'notified')"
_LIVE_AND_CONFIRMED = f"{_LIVE} AND confirmed_at IS NOT NULL"


class Waitlist(Model):
    """A customer who waits for a product, a member or a guest with a confirmed e-mail address; one open entry
    per product.
    """

    __tablename__ = "waitlists"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email"),
        sa.CheckConstraint("notification_method = 'email' OR phone IS NOT NULL", name="phone"),
        sa.CheckConstraint("status <> 'notified' OR notified_at IS NOT NULL", name="notified_at"),
        sa.CheckConstraint(
            "(status IN ('purchased', 'cancelled')) = (ended_at IS NOT NULL)", name="ended_at"
        ),
        sa.CheckConstraint("(status = 'cancelled') = (cancel_reason IS NOT NULL)", name="cancelled"),
        sa.Index(
            "uq_waitlists_live_user",
            "product_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text(_LIVE),
            postgresql_where=sa.text(_LIVE),
        ),
        sa.Index(
            "uq_waitlists_live_email",
            "product_id",
            "email",
            unique=True,
            sqlite_where=sa.text(_LIVE_AND_CONFIRMED),
            postgresql_where=sa.text(_LIVE_AND_CONFIRMED),
        ),
        sa.Index(None, "product_id", "status", "added_at"),
        sa.Index(None, "status", "ended_at"),
    )

    id: Mapped[Id]
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    product_id: Mapped[ProductId] = mapped_column(sa.ForeignKey("products.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(sa.String(320))
    confirmed_at: Mapped[datetime | None]
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    locale: Mapped[str] = mapped_column(sa.String(16), default="en_US")
    status: Mapped[WaitlistStatus] = enum_column(WaitlistStatus, "status", default=WaitlistStatus.ACTIVE)
    notified_at: Mapped[datetime | None] = mapped_column(index=True)
    notification_method: Mapped[NotificationMethod] = enum_column(
        NotificationMethod, "notification_method", default=NotificationMethod.EMAIL
    )
    allow_notifications: Mapped[bool] = mapped_column(default=True)
    cancel_reason: Mapped[CancelReason | None] = enum_column(CancelReason, "cancel_reason")
    ended_at: Mapped[datetime | None]
    added_at: Mapped[CreatedAt]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]
    if TYPE_CHECKING:
        position: Mapped[int | None]

    @property
    def wait_date(self) -> int:
        """Return the whole days that the customer has waited, until the notification or the end of the
        entry.
        """
        waited = (self.notified_at or self.ended_at or clock.now()) - self.added_at
        return max(waited.days, 0)


class WaitlistDaily(Model):
    """The deleted entries of a product that ended in one way on one day of the shop.

    ``notified`` counts those that had a unit held, ``days_waited`` sums the days until the notification or
    the end.
    """

    __tablename__ = "waitlist_dailies"
    __table_args__ = (
        sa.CheckConstraint("entries > 0", name="entries"),
        sa.CheckConstraint("notified BETWEEN 0 AND entries", name="notified"),
        sa.CheckConstraint("days_waited >= 0", name="days_waited"),
    )

    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    outcome: Mapped[WaitOutcome] = enum_column(WaitOutcome, "outcome", primary_key=True)
    entries: Mapped[int]
    notified: Mapped[int]
    days_waited: Mapped[int]


def _comes_first(entry: Any) -> sa.Case[int]:
    highest = (
        sa.exists()
        .where(LoyaltyAccount.user_id == entry.user_id, LoyaltyAccount.current_tier == Tier.PLATINUM)
        .correlate_except(LoyaltyAccount)
    )
    return sa.case((highest, 0), else_=1)


def _position() -> Any:
    other = aliased(Waitlist, flat=True)
    sooner = sa.tuple_(_comes_first(other), other.added_at, other.id) <= sa.tuple_(
        _comes_first(Waitlist), Waitlist.added_at, Waitlist.id
    )
    place = (
        sa.select(sa.func.count())
        .select_from(other)
        .where(other.product_id == Waitlist.product_id, other.status == WaitlistStatus.ACTIVE, sooner)
        .correlate(Waitlist)
        .scalar_subquery()
    )
    waiting = Waitlist.status == WaitlistStatus.ACTIVE
    return column_property(sa.case((waiting, place)), deferred=True, raiseload=True)


# Computed when a query undefers it: from 1, platinum members first, then by the time of joining; null for
# entries that do not wait.
Waitlist.position = _position()

"""The tracking of an order: parcels, events, and notifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import relationship, synonym

from kashcraft.core.db import CreatedAt, Id, Mapped, Model, UpdatedAt, enum_column, mapped_column
from kashcraft.core.ids import OrderId, OrderLineId
from kashcraft.notifications.models import Channel, MessageStatus
from kashcraft.tracking.rules import Severity as Severity
from kashcraft.tracking.rules import TrackingStatus as TrackingStatus


class OrderTracking(Model):
    """The tracking of one order, created when it is placed; its status is that of its least advanced parcel.

    ``tracking_number``, ``carrier`` and ``carrier_tracking_url`` are copies of the first parcel's values,
    null until it ships.
    """

    __tablename__ = "order_trackings"
    __table_args__ = (sa.UniqueConstraint("carrier", "tracking_number"),)

    id: Mapped[Id]
    order_id: Mapped[OrderId] = mapped_column(sa.ForeignKey("orders.id", ondelete="CASCADE"), unique=True)
    tracking_number: Mapped[str | None] = mapped_column(sa.String(80), index=True)
    carrier: Mapped[str | None] = mapped_column(sa.String(40))
    carrier_tracking_url: Mapped[str | None] = mapped_column(sa.String(500))
    carrier_status_code: Mapped[str | None] = mapped_column(sa.String(60))
    current_status: Mapped[TrackingStatus] = enum_column(
        TrackingStatus, "current_status", default=TrackingStatus.PENDING, index=True
    )
    estimated_delivery: Mapped[datetime | None] = mapped_column(index=True)
    actual_delivery: Mapped[datetime | None]
    processed_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    notes: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    parcels: Mapped[list[Parcel]] = relationship(
        back_populates="tracking", order_by="Parcel.id", lazy="raise", passive_deletes="all"
    )
    events: Mapped[list[TrackingEvent]] = relationship(
        back_populates="tracking", order_by="TrackingEvent.occurred_at", lazy="raise", passive_deletes="all"
    )
    notifications: Mapped[list[TrackingNotification]] = relationship(lazy="raise", passive_deletes="all")

    @property
    def shipping_label(self) -> str | None:
        """Return the label of the first parcel."""
        return self.parcels[0].label if self.parcels else None

    @property
    def weight(self) -> int | None:
        """Return the weight of all parcels in grams, or None if a parcel has not been weighed."""
        weights = [parcel.weight_grams for parcel in self.parcels if parcel.weight_grams is not None]
        return sum(weights) if weights and len(weights) == len(self.parcels) else None

    @property
    def dimensions(self) -> str | None:
        """Return length, width and height of the first parcel in millimeters, as text."""
        return self.parcels[0].dimensions if self.parcels else None


class Parcel(Model):
    """One parcel of an order; carrier and number together are unique."""

    __tablename__ = "parcels"
    __table_args__ = (
        sa.UniqueConstraint("carrier", "tracking_number"),
        sa.CheckConstraint("tracking_number IS NULL OR carrier IS NOT NULL", name="carrier"),
        sa.CheckConstraint("weight_grams > 0", name="weight_grams"),
        sa.CheckConstraint("length_mm > 0 AND width_mm > 0 AND height_mm > 0", name="dimensions"),
    )

    id: Mapped[Id]
    order_id: Mapped[OrderId] = mapped_column(
        sa.ForeignKey("order_trackings.order_id", ondelete="CASCADE"), index=True
    )
    carrier: Mapped[str | None] = mapped_column(sa.String(40))
    tracking_number: Mapped[str | None] = mapped_column(sa.String(80))
    carrier_tracking_url: Mapped[str | None] = mapped_column(sa.String(500))
    carrier_status_code: Mapped[str | None] = mapped_column(sa.String(60))
    status: Mapped[TrackingStatus] = enum_column(
        TrackingStatus, "status", default=TrackingStatus.PENDING, index=True
    )
    label: Mapped[str | None] = mapped_column(sa.String(200))
    weight_grams: Mapped[int | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    estimated_delivery: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    tracking: Mapped[OrderTracking] = relationship(back_populates="parcels", lazy="raise")
    lines: Mapped[list[ParcelLine]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def dimensions(self) -> str | None:
        """Return length, width and height in millimeters as text, or None if one is unknown."""
        sides = (self.length_mm, self.width_mm, self.height_mm)
        return None if None in sides else " × ".join(str(side) for side in sides)


class ParcelLine(Model):
    """The number of units of an order line in a parcel."""

    __tablename__ = "parcel_lines"
    __table_args__ = (
        sa.UniqueConstraint("parcel_id", "order_line_id"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[Id]
    parcel_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parcels.id", ondelete="CASCADE"))
    order_line_id: Mapped[OrderLineId] = mapped_column(
        sa.ForeignKey("order_lines.id", ondelete="RESTRICT"), index=True
    )
    quantity: Mapped[int]


def _unique_event_indexes(table: str) -> tuple[sa.Index, ...]:
    """Return the unique indexes of events: by the carrier's id, or by order or parcel, code and time."""
    keys = {
        "carrier_event": (("carrier", "carrier_event_id"), "carrier_event_id IS NOT NULL"),
        "order_event": (
            ("order_id", "carrier_event_code", "occurred_at"),
            "carrier_event_id IS NULL AND parcel_id IS NULL",
        ),
        "parcel_event": (
            ("parcel_id", "carrier_event_code", "occurred_at"),
            "carrier_event_id IS NULL AND parcel_id IS NOT NULL",
        ),
    }
    return tuple(
        sa.Index(
            f"uq_{table}_{name}",
            *columns,
            unique=True,
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
        for name, (columns, where) in keys.items()
    )


class _Event:
    """The columns of an event, shared by the table in use and the archive."""

    id: Mapped[Id]
    order_id: Mapped[OrderId] = mapped_column(sa.ForeignKey("order_trackings.order_id", ondelete="CASCADE"))
    parcel_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("parcels.id", ondelete="CASCADE"), index=True
    )
    status: Mapped[TrackingStatus] = enum_column(TrackingStatus, "status")
    severity: Mapped[Severity] = enum_column(Severity, "severity", default=Severity.INFO)
    occurred_at: Mapped[datetime]
    received_at: Mapped[CreatedAt]
    location: Mapped[str | None] = mapped_column(sa.String(200))
    city: Mapped[str | None] = mapped_column(sa.String(120))
    state: Mapped[str | None] = mapped_column(sa.String(120))
    country: Mapped[str | None] = mapped_column(sa.String(2))
    description: Mapped[str] = mapped_column(sa.String(500))
    carrier: Mapped[str | None] = mapped_column(sa.String(40))
    carrier_event_id: Mapped[str | None] = mapped_column(sa.String(120))
    carrier_event_code: Mapped[str] = mapped_column(sa.String(60))


class TrackingEvent(_Event, Model):
    """An event on the way of a parcel, unique by carrier event id.

    An event without such an id is unique by order, or by its parcel, with code and time. Events of the
    workshop use their status as code. An archived event is not inserted again, so events are only
    inserted by ``services.record_event``.
    """

    __tablename__ = "tracking_events"
    __table_args__ = (
        sa.CheckConstraint("carrier_event_id IS NULL OR carrier IS NOT NULL", name="carrier"),
        *_unique_event_indexes("tracking_events"),
        sa.Index(None, "order_id", "occurred_at"),
        sa.Index(None, "status"),
        sa.Index(None, "occurred_at"),
    )

    status_type: Mapped[Severity] = synonym("severity")
    timestamp: Mapped[datetime] = synonym("occurred_at")
    tracking: Mapped[OrderTracking] = relationship(back_populates="events", lazy="raise")
    parcel: Mapped[Parcel | None] = relationship(lazy="raise")

    @property
    def tracking_number(self) -> str | None:
        """Return the tracking number of the event's parcel."""
        return self.parcel.tracking_number if self.parcel else None

    @property
    def sequence_number(self) -> tuple[int, datetime]:
        """Return the sort key of events: the rank of the status, then the time."""
        return self.status.rank, self.occurred_at

    @property
    def is_delivered(self) -> bool:
        """Return whether the event reports the delivery."""
        return self.status is TrackingStatus.DELIVERED


class TrackingEventArchive(_Event, Model):
    """An event older than six months, unchanged and under the same id."""

    __tablename__ = "tracking_event_archives"
    __table_args__ = (
        sa.CheckConstraint("carrier_event_id IS NULL OR carrier IS NOT NULL", name="carrier"),
        *_unique_event_indexes("tracking_event_archives"),
        sa.Index(None, "order_id", "occurred_at"),
    )

    archived_at: Mapped[CreatedAt]


class TrackingNotification(Model):
    """A notification of one recipient about one event through one channel, unique.

    It refers to the event in the table in use, or in the archive after the event was moved.
    """

    __tablename__ = "tracking_notifications"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "channel", "recipient"),
        sa.UniqueConstraint("archive_id", "channel", "recipient"),
        sa.CheckConstraint("(event_id IS NULL) <> (archive_id IS NULL)", name="event"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        sa.Index(None, "status", "next_attempt_at"),
    )

    id: Mapped[Id]
    order_id: Mapped[OrderId] = mapped_column(
        sa.ForeignKey("order_trackings.order_id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("tracking_events.id", ondelete="CASCADE"))
    archive_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("tracking_event_archives.id", ondelete="CASCADE")
    )
    channel: Mapped[Channel] = enum_column(Channel, "channel")
    recipient: Mapped[str] = mapped_column(sa.String(320))
    locale: Mapped[str] = mapped_column(sa.String(16), default="en_US")
    consented_at: Mapped[datetime | None]
    subject: Mapped[str | None] = mapped_column(sa.String(200))
    message: Mapped[str] = mapped_column(sa.Text)
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[MessageStatus] = enum_column(MessageStatus, "status", default=MessageStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failure_reason: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[CreatedAt]

    type: Mapped[Channel] = synonym("channel")
    event: Mapped[TrackingEvent | None] = relationship(lazy="raise")
    archived_event: Mapped[TrackingEventArchive | None] = relationship(lazy="raise")

    @property
    def event_type(self) -> TrackingStatus:
        """Return the status of the event, from either table."""
        event = self.event or self.archived_event
        assert event is not None, "a CHECK keeps one of the two"
        return event.status

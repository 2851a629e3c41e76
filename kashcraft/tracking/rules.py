"""Tracking events: as they are reported, and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kashcraft.core.ids import OrderId


class TrackingStatus(StrEnum):
    """The status of a parcel, and with it of an order."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    IN_TRANSIT = "in_transit"
    EXCEPTION = "exception"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"

    @property
    def rank(self) -> int:
        """Return how advanced the status is; EXCEPTION has the rank of IN_TRANSIT."""
        order = [status for status in TrackingStatus if status is not TrackingStatus.EXCEPTION]
        return order.index(TrackingStatus.IN_TRANSIT if self is TrackingStatus.EXCEPTION else self)


class Severity(StrEnum):
    """The severity with which an event is shown."""

    INFO = "info"
    WARNING = "warning"
    SUCCESS = "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEvent:
    """An event that a carrier or the workshop reports for an order or one of its parcels.

    ``carrier_event_id`` is the carrier's id of the event. An event without one is identified by its code
    and time.
    """

    order_id: OrderId
    status: TrackingStatus
    description: str
    carrier_event_code: str
    occurred_at: datetime
    parcel_id: UUID | None = None
    severity: Severity = Severity.INFO
    carrier: str | None = None
    carrier_event_id: str | None = None
    location: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None

    @property
    def key(self) -> dict[str, str | UUID | datetime | None]:
        """Return the columns that identify the event when it is reported again."""
        if self.carrier_event_id is not None:
            return {"carrier": self.carrier, "carrier_event_id": self.carrier_event_id}
        return {
            **({"order_id": self.order_id} if self.parcel_id is None else {}),
            "parcel_id": self.parcel_id,
            "carrier_event_id": None,
            "carrier_event_code": self.carrier_event_code,
            "occurred_at": self.occurred_at,
        }


@dataclass(frozen=True, slots=True)
class JourneyEvent:
    """A tracking event for display, from the table in use or from the archive."""

    id: UUID
    parcel_id: UUID | None
    tracking_number: str | None
    status: TrackingStatus
    severity: Severity
    occurred_at: datetime
    description: str
    location: str | None
    city: str | None
    state: str | None
    country: str | None

    @property
    def sequence_number(self) -> tuple[int, datetime, UUID]:
        """Return the sort key of events: the rank of the status, the time, then the id."""
        return self.status.rank, self.occurred_at, self.id

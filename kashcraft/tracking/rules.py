"""What is told about a journey: an event before it is written down, and one as it is read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kashcraft.core.ids import OrderId


class TrackingStatus(StrEnum):
    """Where a parcel, and with it an order, is."""

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
        """Return how far along the journey it is; an exception is as far as a parcel in transit."""
        order = [status for status in TrackingStatus if status is not TrackingStatus.EXCEPTION]
        return order.index(TrackingStatus.IN_TRANSIT if self is TrackingStatus.EXCEPTION else self)


class Severity(StrEnum):
    """How an event is shown."""

    INFO = "info"
    WARNING = "warning"
    SUCCESS = "success"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEvent:
    """What a carrier or the workshop reports of an order, or of one of its parcels.

    ``carrier_event_id`` is the carrier's own name for the event; what comes without one is known by its code
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
        """Return the columns by which the same event is known when it is reported again."""
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
class Happened:
    """An event of a journey as it is shown, whether it lies in the table in use or in the archive."""

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
        """Return what events are ordered by: the rank of the status, then the time, then their entering."""
        return self.status.rank, self.occurred_at, self.id

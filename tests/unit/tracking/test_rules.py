"""Identification of repeated tracking events."""

from __future__ import annotations

from kashcraft.core.ids import new_id
from kashcraft.tracking.models import TrackingStatus
from kashcraft.tracking.rules import ReportedEvent
from tests.factories.rows import NOW

ORDER, PARCEL = new_id(), new_id()
WHAT = {
    "order_id": ORDER, "status": TrackingStatus.IN_TRANSIT, "description": "Left the hub",
    "carrier_event_code": "DEP", "occurred_at": NOW,
}  # fmt: skip


def test_the_carriers_event_id_identifies_an_event() -> None:
    named = ReportedEvent(**WHAT, parcel_id=PARCEL, carrier="ups", carrier_event_id="e-1")
    assert named.key == {"carrier": "ups", "carrier_event_id": "e-1"}


def test_an_event_without_an_id_is_identified_by_parcel_code_and_time() -> None:
    assert ReportedEvent(**WHAT, parcel_id=PARCEL, carrier="ups").key == {
        "parcel_id": PARCEL, "carrier_event_id": None, "carrier_event_code": "DEP", "occurred_at": NOW,
    }  # fmt: skip


def test_an_event_without_a_parcel_is_identified_by_its_order() -> None:
    assert ReportedEvent(**WHAT).key == {
        "order_id": ORDER, "parcel_id": None, "carrier_event_id": None, "carrier_event_code": "DEP",
        "occurred_at": NOW,
    }  # fmt: skip

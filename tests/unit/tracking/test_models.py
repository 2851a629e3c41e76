"""Values of a tracking, its parcels and its events."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kashcraft.tracking.models import (
    OrderTracking,
    Parcel,
    Severity,
    TrackingEvent,
    TrackingNotification,
    TrackingStatus,
)
from tests.factories.rows import NOW


def test_statuses_have_ranks() -> None:
    assert [(status.value, status.rank) for status in TrackingStatus] == [
        ("pending", 0),
        ("confirmed", 1),
        ("processing", 2),
        ("shipped", 3),
        ("in_transit", 4),
        ("exception", 4),
        ("out_for_delivery", 5),
        ("delivered", 6),
        ("returned", 7),
        ("cancelled", 8),
    ]


def test_a_tracking_without_parcels_has_neither_label_nor_weight() -> None:
    journey = OrderTracking(parcels=[])
    assert (journey.shipping_label, journey.weight, journey.dimensions) == (None, None, None)


def test_the_weight_of_a_tracking_is_the_sum_of_its_parcels() -> None:
    first = Parcel(label="labels/1.pdf", weight_grams=850, length_mm=400, width_mm=300, height_mm=120)
    second = Parcel(label="labels/2.pdf", weight_grams=1_200)
    journey = OrderTracking(parcels=[first, second])
    assert (journey.shipping_label, journey.weight) == ("labels/1.pdf", 2_050)
    assert journey.dimensions == "400 × 300 × 120"


def test_a_weight_is_unknown_while_one_parcel_is_not_weighed() -> None:
    assert OrderTracking(parcels=[Parcel(weight_grams=850), Parcel()]).weight is None
    assert Parcel(length_mm=400, width_mm=300).dimensions is None


def test_an_event_has_the_names_of_the_specification() -> None:
    event = TrackingEvent(
        status=TrackingStatus.DELIVERED,
        severity=Severity.SUCCESS,
        occurred_at=NOW,
        parcel=Parcel(tracking_number="1Z999"),
    )
    assert (event.status_type, event.timestamp) == (Severity.SUCCESS, NOW)
    assert (event.tracking_number, event.is_delivered) == ("1Z999", True)
    assert TrackingEvent(status=TrackingStatus.SHIPPED).tracking_number is None


def test_events_are_ordered_by_rank_and_then_by_time() -> None:
    late_shipped = TrackingEvent(status=TrackingStatus.SHIPPED, occurred_at=NOW + timedelta(days=1))
    transit = TrackingEvent(status=TrackingStatus.IN_TRANSIT, occurred_at=NOW)
    later_transit = TrackingEvent(status=TrackingStatus.IN_TRANSIT, occurred_at=NOW + timedelta(hours=1))
    events = sorted([later_transit, transit, late_shipped], key=lambda event: event.sequence_number)
    assert events == [late_shipped, transit, later_transit]


@pytest.mark.parametrize("status", TrackingStatus)
def test_only_status_delivered_reports_the_delivery(status: TrackingStatus) -> None:
    assert TrackingEvent(status=status).is_delivered is (status is TrackingStatus.DELIVERED)


def test_a_notification_has_the_status_of_its_event() -> None:
    notice = TrackingNotification(event=TrackingEvent(status=TrackingStatus.OUT_FOR_DELIVERY))
    assert notice.event_type is TrackingStatus.OUT_FOR_DELIVERY

"""Attempts on the tables of orders, cart, checkout, payments, tracking and quick buy."""

from __future__ import annotations

from tests.factories.rows import NOW, PARENT
from tests.unit.test_constraints.attempts import Attempt, refused, twice, unknown

RECEIVED = {"state": "received", "decided_at": NOW, "received_at": NOW}

ORDERS: list[Attempt] = [
    *unknown("orders", "status", "refund_status"),
    twice("orders", "number"),
    twice("orders", "checkout_id"),
    refused("orders", "discount", discount_total=101),
    refused("orders", "discount", discount_total=-1),
    refused("orders", "charges", shipping_total=-1),
    refused("orders", "charges", shipping_tax=-1),
    refused("orders", "charges", tax_total=-1),
    refused("orders", "due", amount_due=99),
    refused("orders", "due", gift_card_total=-1, amount_due=101),
    refused("orders", "amount_due", gift_card_total=101, amount_due=-1),
    refused("orders", "refunded", refunded_total=101),
    refused("orders", "refunded", refunded_total=-1),
    refused("orders", "points_spent", points_spent=-1),
    twice("order_lines", "order_id", "position"),
    refused("order_lines", "quantity", quantity=0, gross=0),
    refused("order_lines", "refunded_quantity", refunded_quantity=3),
    refused("order_lines", "gross", gross=199),
    refused("order_lines", "discount", discount=201),
    refused("order_lines", "points_discount", discount=1, points_discount=2),
    refused("order_lines", "points_discount", points_discount=-1),
    refused("order_lines", "tax", tax=-1),
    refused("order_lines", "tax", tax_rate=-1),
    *unknown("order_events", "status"),
    twice("order_events", "order_id", "sequence"),
    *unknown("refunds", "state"),
    twice("refunds", "key"),
    refused("refunds", "amount", amount=-1, charged_amount=-1),
    refused("refunds", "amount", tax_amount=-1),
    refused("refunds", "tenders", gift_card_amount=1),
    refused("refunds", "tender_amounts", charged_amount=101, gift_card_amount=-1),
    twice("refund_lines", "refund_id", "order_line_id"),
    refused("refund_lines", "amount", amount=-1),
    refused("refund_lines", "amount", quantity=-1),
    refused("return_requests", "state", state="nonsense", decided_at=NOW),
    twice("return_requests", "key"),
    twice("return_requests", "refund_id", **RECEIVED, refund_id=PARENT),
    refused("return_requests", "decided_at", decided_at=NOW),
    refused("return_requests", "decided_at", state="approved"),
    refused("return_requests", "received_at", state="received", decided_at=NOW),
    refused("return_requests", "received_at", received_at=NOW),
    refused("return_requests", "refund_id", refund_id=PARENT),
    *unknown("return_request_lines", "reason"),
    twice("return_request_lines", "return_request_id", "order_line_id"),
    refused("return_request_lines", "quantity", quantity=0),
]

GIFT_CODE = {"kind": "gift_card", "gift_card_id": PARENT, "last_four": "7K4M", "voucher_code": None}

CART: list[Attempt] = [
    refused("carts", "owner", token_hash=None),
    twice("carts", "token_hash"),
    twice("carts", "user_id", user_id=PARENT),
    twice("carts", "pending_order_id", pending_order_id=PARENT),
    refused("carts", "points", points=-1),
    twice("cart_lines", "cart_id", "product_id", "details_key", details_key="ada"),
    refused("cart_lines", "quantity", quantity=0),
    refused("cart_lines", "quantity", quantity=1_000),
    refused("cart_lines", "seen_price", seen_price=-1),
    refused("cart_codes", "kind", kind="nonsense", voucher_code=None),
    twice("cart_codes", "cart_id", name="voucher", apart=GIFT_CODE),
    twice("cart_codes", "cart_id", "gift_card_id", **GIFT_CODE),
    refused("cart_codes", "voucher_code", voucher_code=None),
    refused("cart_codes", "gift_card_id", kind="voucher", gift_card_id=PARENT, last_four="7K4M"),
    refused("cart_codes", "last_four", last_four="7K4M"),
]

CHECKOUT: list[Attempt] = [
    *unknown("checkouts", "status"),
    twice("checkouts", "cart_id", name="live", apart={"status": "closed"}),
]

PAYMENTS: list[Attempt] = [
    *unknown("payments", "status"),
    twice("payments", "order_id", "attempt"),
    twice("payments", "gateway", "gateway_reference", gateway_reference="pay-1"),
    refused("payments", "amount", amount=0),
    refused("payments", "attempt", attempt=0),
    refused("payments", "refunded_amount", amount=5, refunded_amount=6),
    twice("webhook_receipts", "gateway", "event_id"),
    *unknown("saved_payment_methods", "type"),
    refused("saved_payment_methods", "expiry_month", expiry_month=13),
    refused("saved_payment_methods", "failed_attempts", failed_attempts=-1),
    twice("saved_payment_methods", "user_id", name="default", is_default=True, apart={"deleted_at": NOW}),
]

TRACKING: list[Attempt] = [
    *unknown("order_trackings", "current_status"),
    twice("order_trackings", "order_id"),
    twice("order_trackings", "carrier", "tracking_number", carrier="ups", tracking_number="1Z"),
    *unknown("parcels", "status"),
    twice("parcels", "carrier", "tracking_number", carrier="ups", tracking_number="1Z"),
    refused("parcels", "carrier", tracking_number="1Z"),
    refused("parcels", "weight_grams", weight_grams=0),
    refused("parcels", "dimensions", length_mm=0),
    twice("parcel_lines", "parcel_id", "order_line_id"),
    refused("parcel_lines", "quantity", quantity=0),
    *unknown("tracking_events", "status", "severity"),
    refused("tracking_events", "carrier", carrier_event_id="e-1"),
    twice(
        "tracking_events",
        "carrier",
        "carrier_event_id",
        name="carrier_event",
        carrier="ups",
        carrier_event_id="e-1",
        apart={"carrier_event_id": None},
    ),
    twice(
        "tracking_events",
        "order_id",
        "carrier_event_code",
        "occurred_at",
        name="order_event",
        apart={"parcel_id": PARENT},
    ),
    twice(
        "tracking_events",
        "parcel_id",
        "carrier_event_code",
        "occurred_at",
        name="parcel_event",
        parcel_id=PARENT,
        apart={"parcel_id": None},
    ),
    *unknown("tracking_notifications", "channel", "status"),
    twice("tracking_notifications", "event_id", "channel", "recipient"),
    refused("tracking_notifications", "attempts", attempts=-1),
    refused("tracking_notifications", "sent_at", status="sent"),
    refused("tracking_notifications", "sent_at", sent_at=NOW),
]

QUICK_BUY: list[Attempt] = [
    *unknown("quick_checkout_sessions", "status"),
    twice("quick_checkout_sessions", "session_id"),
    twice("quick_checkout_sessions", "order_id", order_id=PARENT),
    twice(
        "quick_checkout_sessions",
        "user_id",
        "product_id",
        name="active_product",
        apart={"status": "expired"},
    ),
    refused("quick_checkout_sessions", "quantity", quantity=0),
    refused("quick_checkout_sessions", "quote", total_amount=-1),
    refused("quick_checkout_sessions", "quote", tax_amount=-1),
    refused("quick_checkout_sessions", "completed_at", completed_at=NOW),
    refused("quick_checkout_sessions", "completed_at", status="completed", order_id=PARENT),
    refused("quick_checkout_sessions", "completed_order", status="completed", completed_at=NOW),
]

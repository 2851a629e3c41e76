"""The journey of an order, and quick checkout."""

import sqlalchemy as sa
from alembic import op

revision = "59eef655"
down_revision = "3a665935"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_trackings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("tracking_number", sa.String(length=80), nullable=True),
        sa.Column("carrier", sa.String(length=40), nullable=True),
        sa.Column("carrier_tracking_url", sa.String(length=500), nullable=True),
        sa.Column("carrier_status_code", sa.String(length=60), nullable=True),
        sa.Column("current_status", sa.String(length=24), nullable=False),
        sa.Column("estimated_delivery", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actual_delivery", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "current_status IN ('pending', 'confirmed', 'processing', 'shipped', 'in_transit', "
            "'exception', 'out_for_delivery', 'delivered', 'returned', 'cancelled')",
            name=op.f("ck_order_trackings_current_status"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_order_trackings_order_id_orders", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_order_trackings"),
        sa.UniqueConstraint("carrier", "tracking_number", name="uq_order_trackings_carrier_tracking_number"),
        sa.UniqueConstraint("order_id", name="uq_order_trackings_order_id"),
    )
    op.create_index("ix_order_trackings_current_status", "order_trackings", ["current_status"])
    op.create_index("ix_order_trackings_estimated_delivery", "order_trackings", ["estimated_delivery"])
    op.create_index("ix_order_trackings_tracking_number", "order_trackings", ["tracking_number"])
    op.create_table(
        "quick_checkout_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("payment_method_id", sa.Uuid(), nullable=True),
        sa.Column("shipping_address_id", sa.Uuid(), nullable=True),
        sa.Column("billing_address_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=True),
        sa.Column("shipping_cost", sa.BigInteger(), nullable=True),
        sa.Column("tax_amount", sa.BigInteger(), nullable=True),
        sa.Column("total_amount", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'completed') = (completed_at IS NOT NULL)",
            name=op.f("ck_quick_checkout_sessions_completed_at"),
        ),
        sa.CheckConstraint(
            "status <> 'completed' OR order_id IS NOT NULL",
            name=op.f("ck_quick_checkout_sessions_completed_order"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'completed', 'cancelled', 'expired')",
            name=op.f("ck_quick_checkout_sessions_status"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_quick_checkout_sessions_quantity")),
        sa.CheckConstraint(
            "subtotal >= 0 AND shipping_cost >= 0 AND tax_amount >= 0 AND total_amount >= 0",
            name=op.f("ck_quick_checkout_sessions_quote"),
        ),
        sa.ForeignKeyConstraint(
            ["billing_address_id"],
            ["saved_addresses.id"],
            name="fk_quick_checkout_sessions_billing_address_id_saved_addresses",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
            name="fk_quick_checkout_sessions_order_id_orders",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["payment_method_id"],
            ["saved_payment_methods.id"],
            name="fk_quick_checkout_sessions_payment_method",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_quick_checkout_sessions_product_id_products",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["shipping_address_id"],
            ["saved_addresses.id"],
            name="fk_quick_checkout_sessions_shipping_address_id_saved_addresses",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_quick_checkout_sessions_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_quick_checkout_sessions"),
        sa.UniqueConstraint("order_id", name="uq_quick_checkout_sessions_order_id"),
        sa.UniqueConstraint("session_id", name="uq_quick_checkout_sessions_session_id"),
    )
    op.create_index(
        "ix_quick_checkout_sessions_billing_address_id", "quick_checkout_sessions", ["billing_address_id"]
    )
    op.create_index("ix_quick_checkout_sessions_expires_at", "quick_checkout_sessions", ["expires_at"])
    op.create_index(
        "ix_quick_checkout_sessions_payment_method_id", "quick_checkout_sessions", ["payment_method_id"]
    )
    op.create_index("ix_quick_checkout_sessions_product_id", "quick_checkout_sessions", ["product_id"])
    op.create_index(
        "ix_quick_checkout_sessions_shipping_address_id", "quick_checkout_sessions", ["shipping_address_id"]
    )
    op.create_index(
        "ix_quick_checkout_sessions_status_expires_at", "quick_checkout_sessions", ["status", "expires_at"]
    )
    op.create_index(
        "ix_quick_checkout_sessions_user_id_status", "quick_checkout_sessions", ["user_id", "status"]
    )
    op.create_index(
        "uq_quick_checkout_sessions_active_product",
        "quick_checkout_sessions",
        ["user_id", "product_id"],
        unique=True,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "parcels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=True),
        sa.Column("tracking_number", sa.String(length=80), nullable=True),
        sa.Column("carrier_tracking_url", sa.String(length=500), nullable=True),
        sa.Column("carrier_status_code", sa.String(length=60), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("weight_grams", sa.Integer(), nullable=True),
        sa.Column("length_mm", sa.Integer(), nullable=True),
        sa.Column("width_mm", sa.Integer(), nullable=True),
        sa.Column("height_mm", sa.Integer(), nullable=True),
        sa.Column("estimated_delivery", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'confirmed', 'processing', 'shipped', 'in_transit', 'exception', "
            "'out_for_delivery', 'delivered', 'returned', 'cancelled')",
            name=op.f("ck_parcels_status"),
        ),
        sa.CheckConstraint(
            "length_mm > 0 AND width_mm > 0 AND height_mm > 0", name=op.f("ck_parcels_dimensions")
        ),
        sa.CheckConstraint("tracking_number IS NULL OR carrier IS NOT NULL", name=op.f("ck_parcels_carrier")),
        sa.CheckConstraint("weight_grams > 0", name=op.f("ck_parcels_weight_grams")),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["order_trackings.order_id"],
            name="fk_parcels_order_id_order_trackings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_parcels"),
        sa.UniqueConstraint("carrier", "tracking_number", name="uq_parcels_carrier_tracking_number"),
    )
    op.create_index("ix_parcels_order_id", "parcels", ["order_id"])
    op.create_index("ix_parcels_status", "parcels", ["status"])
    op.create_table(
        "parcel_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_parcel_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
            name="fk_parcel_lines_order_line_id_order_lines",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcels.id"], name="fk_parcel_lines_parcel_id_parcels", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_parcel_lines"),
        sa.UniqueConstraint("parcel_id", "order_line_id", name="uq_parcel_lines_parcel_id_order_line_id"),
    )
    op.create_index("ix_parcel_lines_order_line_id", "parcel_lines", ["order_line_id"])
    op.create_table(
        "tracking_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("severity", sa.String(length=24), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=True),
        sa.Column("carrier_event_id", sa.String(length=120), nullable=True),
        sa.Column("carrier_event_code", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "severity IN ('info', 'warning', 'success')", name=op.f("ck_tracking_events_severity")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'confirmed', 'processing', 'shipped', 'in_transit', 'exception', "
            "'out_for_delivery', 'delivered', 'returned', 'cancelled')",
            name=op.f("ck_tracking_events_status"),
        ),
        sa.CheckConstraint(
            "carrier_event_id IS NULL OR carrier IS NOT NULL", name=op.f("ck_tracking_events_carrier")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["order_trackings.order_id"],
            name="fk_tracking_events_order_id_order_trackings",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcels.id"], name="fk_tracking_events_parcel_id_parcels", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_events"),
    )
    op.create_index("ix_tracking_events_occurred_at", "tracking_events", ["occurred_at"])
    op.create_index("ix_tracking_events_order_id_occurred_at", "tracking_events", ["order_id", "occurred_at"])
    op.create_index("ix_tracking_events_parcel_id", "tracking_events", ["parcel_id"])
    op.create_index("ix_tracking_events_status", "tracking_events", ["status"])
    op.create_index(
        "uq_tracking_events_carrier_event",
        "tracking_events",
        ["carrier", "carrier_event_id"],
        unique=True,
        sqlite_where=sa.text("carrier_event_id IS NOT NULL"),
        postgresql_where=sa.text("carrier_event_id IS NOT NULL"),
    )
    op.create_index(
        "uq_tracking_events_order_event",
        "tracking_events",
        ["order_id", "carrier_event_code", "occurred_at"],
        unique=True,
        sqlite_where=sa.text("carrier_event_id IS NULL AND parcel_id IS NULL"),
        postgresql_where=sa.text("carrier_event_id IS NULL AND parcel_id IS NULL"),
    )
    op.create_index(
        "uq_tracking_events_parcel_event",
        "tracking_events",
        ["parcel_id", "carrier_event_code", "occurred_at"],
        unique=True,
        sqlite_where=sa.text("carrier_event_id IS NULL AND parcel_id IS NOT NULL"),
        postgresql_where=sa.text("carrier_event_id IS NULL AND parcel_id IS NOT NULL"),
    )
    op.create_table(
        "tracking_notifications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_tracking_notifications_sent_at")
        ),
        sa.CheckConstraint(
            "channel IN ('email', 'sms', 'push')", name=op.f("ck_tracking_notifications_channel")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'sent', 'failed')", name=op.f("ck_tracking_notifications_status")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_tracking_notifications_attempts")),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["tracking_events.id"],
            name="fk_tracking_notifications_event_id_tracking_events",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["order_trackings.order_id"],
            name="fk_tracking_notifications_order_id_order_trackings",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_notifications"),
        sa.UniqueConstraint(
            "event_id", "channel", "recipient", name="uq_tracking_notifications_event_id_channel_recipient"
        ),
    )
    op.create_index("ix_tracking_notifications_order_id", "tracking_notifications", ["order_id"])
    op.create_index(
        "ix_tracking_notifications_status_next_attempt_at",
        "tracking_notifications",
        ["status", "next_attempt_at"],
    )


def downgrade() -> None:
    op.drop_table("tracking_notifications")
    op.drop_table("tracking_events")
    op.drop_table("parcel_lines")
    op.drop_table("parcels")
    op.drop_table("quick_checkout_sessions")
    op.drop_table("order_trackings")

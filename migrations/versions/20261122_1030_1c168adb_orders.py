"""Orders with their lines, history and refunds."""

import sqlalchemy as sa
from alembic import op

revision = "1c168adb"
down_revision = "c126b1ca"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("checkout_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("refund_status", sa.String(length=24), nullable=False),
        sa.Column("locale", sa.String(length=12), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount_total", sa.BigInteger(), nullable=False),
        sa.Column("shipping_total", sa.BigInteger(), nullable=False),
        sa.Column("shipping_tax", sa.BigInteger(), nullable=False),
        sa.Column("tax_total", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("gift_card_total", sa.BigInteger(), nullable=False),
        sa.Column("amount_due", sa.BigInteger(), nullable=False),
        sa.Column("refunded_total", sa.BigInteger(), nullable=False),
        sa.Column("voucher_code", sa.String(length=40), nullable=True),
        sa.Column("points_spent", sa.Integer(), nullable=False),
        sa.Column("reward_id", sa.Uuid(), nullable=True),
        sa.Column("shipping_address", sa.JSON(), nullable=False),
        sa.Column("billing_address", sa.JSON(), nullable=False),
        sa.Column("shipping_country", sa.String(length=2), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("delivery_code", sa.String(length=40), nullable=False),
        sa.Column("delivery_name", sa.String(length=120), nullable=False),
        sa.Column("delivery_from", sa.Date(), nullable=True),
        sa.Column("delivery_to", sa.Date(), nullable=True),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anonymised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "refund_status IN ('none', 'partial', 'full')", name=op.f("ck_orders_refund_status")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'paid', 'processing', 'shipped', 'delivered', 'cancelled', 'expired')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint("amount_due >= 0", name=op.f("ck_orders_amount_due")),
        sa.CheckConstraint("points_spent >= 0", name=op.f("ck_orders_points_spent")),
        sa.CheckConstraint(
            "refunded_total >= 0 AND refunded_total <= total", name=op.f("ck_orders_refunded")
        ),
        sa.CheckConstraint(
            "shipping_total >= 0 AND shipping_tax >= 0 AND tax_total >= 0", name=op.f("ck_orders_charges")
        ),
        sa.CheckConstraint(
            "subtotal >= 0 AND discount_total >= 0 AND discount_total <= subtotal",
            name=op.f("ck_orders_discount"),
        ),
        sa.CheckConstraint(
            "total >= 0 AND gift_card_total >= 0 AND amount_due = total - gift_card_total",
            name=op.f("ck_orders_due"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_orders_user_id_users", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("checkout_id", name="uq_orders_checkout_id"),
        sa.UniqueConstraint("number", name="uq_orders_number"),
    )
    op.create_index("ix_orders_email_key", "orders", ["email_key"])
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])
    op.create_index("ix_orders_status_expires_at", "orders", ["status", "expires_at"])
    op.create_index("ix_orders_user_id_placed_at", "orders", ["user_id", "placed_at"])
    op.create_table(
        "order_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'paid', 'processing', 'shipped', 'delivered', 'cancelled', 'expired')",
            name=op.f("ck_order_events_status"),
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name="fk_order_events_actor_id_users", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_order_events_order_id_orders", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_order_events"),
        sa.UniqueConstraint("order_id", "sequence", name="uq_order_events_order_id_sequence"),
    )
    op.create_index("ix_order_events_actor_id", "order_events", ["actor_id"])
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("options", sa.String(length=200), nullable=False),
        sa.Column("page_slug", sa.String(length=160), nullable=False),
        sa.Column("picture", sa.JSON(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("refunded_quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.Column("regular_price", sa.BigInteger(), nullable=False),
        sa.Column("gross", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("points_discount", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", sa.Integer(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("is_gift_card", sa.Boolean(), nullable=False),
        sa.Column("weight_grams", sa.Integer(), nullable=False),
        sa.CheckConstraint("discount BETWEEN 0 AND gross", name=op.f("ck_order_lines_discount")),
        sa.CheckConstraint(
            "points_discount BETWEEN 0 AND discount", name=op.f("ck_order_lines_points_discount")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_lines_quantity")),
        sa.CheckConstraint(
            "refunded_quantity BETWEEN 0 AND quantity", name=op.f("ck_order_lines_refunded_quantity")
        ),
        sa.CheckConstraint("tax >= 0 AND tax_rate >= 0", name=op.f("ck_order_lines_tax")),
        sa.CheckConstraint(
            "unit_price >= 0 AND gross = unit_price * quantity", name=op.f("ck_order_lines_gross")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_order_lines_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_order_lines_product_id_products", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_order_lines"),
        sa.UniqueConstraint("order_id", "position", name="uq_order_lines_order_id_position"),
    )
    op.create_index("ix_order_lines_product_id", "order_lines", ["product_id"])
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("shipping_amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_amount", sa.BigInteger(), nullable=False),
        sa.Column("charged_amount", sa.BigInteger(), nullable=False),
        sa.Column("gift_card_amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("restocks", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'done', 'failed')", name=op.f("ck_refunds_state")),
        sa.CheckConstraint("amount = charged_amount + gift_card_amount", name=op.f("ck_refunds_tenders")),
        sa.CheckConstraint(
            "amount >= 0 AND shipping_amount >= 0 AND tax_amount >= 0", name=op.f("ck_refunds_amount")
        ),
        sa.CheckConstraint(
            "charged_amount >= 0 AND gift_card_amount >= 0", name=op.f("ck_refunds_tender_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name="fk_refunds_actor_id_users", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_refunds_order_id_orders", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.UniqueConstraint("key", name="uq_refunds_key"),
    )
    op.create_index("ix_refunds_actor_id", "refunds", ["actor_id"])
    op.create_index("ix_refunds_order_id", "refunds", ["order_id"])
    op.create_table(
        "refund_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("tax_amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "quantity >= 0 AND amount >= 0 AND tax_amount >= 0", name=op.f("ck_refund_lines_amount")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
            name="fk_refund_lines_order_line_id_order_lines",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name="fk_refund_lines_refund_id_refunds", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_refund_lines"),
        sa.UniqueConstraint("refund_id", "order_line_id", name="uq_refund_lines_refund_id_order_line_id"),
    )
    op.create_index("ix_refund_lines_order_line_id", "refund_lines", ["order_line_id"])
    op.create_table(
        "return_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'received') = (received_at IS NOT NULL)", name=op.f("ck_return_requests_received_at")
        ),
        sa.CheckConstraint(
            "(state = 'requested') = (decided_at IS NULL)", name=op.f("ck_return_requests_decided_at")
        ),
        sa.CheckConstraint(
            "refund_id IS NULL OR state = 'received'", name=op.f("ck_return_requests_refund_id")
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'approved', 'received', 'refused')", name=op.f("ck_return_requests_state")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_return_requests_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name="fk_return_requests_refund_id_refunds", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_return_requests"),
        sa.UniqueConstraint("key", name="uq_return_requests_key"),
        sa.UniqueConstraint("refund_id", name="uq_return_requests_refund_id"),
    )
    op.create_index("ix_return_requests_order_id", "return_requests", ["order_id"])
    op.create_index("ix_return_requests_state_requested_at", "return_requests", ["state", "requested_at"])
    op.create_table(
        "return_request_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("return_request_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.CheckConstraint(
            "reason IN ('damaged', 'wrong_piece', 'not_as_shown', 'does_not_fit', 'changed_mind')",
            name=op.f("ck_return_request_lines_reason"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_return_request_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
            name="fk_return_request_lines_order_line_id_order_lines",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["return_request_id"],
            ["return_requests.id"],
            name="fk_return_request_lines_return_request_id_return_requests",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_return_request_lines"),
        sa.UniqueConstraint(
            "return_request_id",
            "order_line_id",
            name="uq_return_request_lines_return_request_id_order_line_id",
        ),
    )
    op.create_index("ix_return_request_lines_order_line_id", "return_request_lines", ["order_line_id"])


def downgrade() -> None:
    op.drop_table("return_request_lines")
    op.drop_table("return_requests")
    op.drop_table("refund_lines")
    op.drop_table("refunds")
    op.drop_table("order_lines")
    op.drop_table("order_events")
    op.drop_table("orders")

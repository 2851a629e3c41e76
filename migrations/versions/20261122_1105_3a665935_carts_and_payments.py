"""Carts, checkouts and payments."""

import sqlalchemy as sa
from alembic import op

revision = "3a665935"
down_revision = "e931aac0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "webhook_receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(length=24), nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_receipts"),
        sa.UniqueConstraint("gateway", "event_id", name="uq_webhook_receipts_gateway_event_id"),
    )
    op.create_table(
        "saved_payment_methods",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("last4", sa.String(length=4), nullable=True),
        sa.Column("cardholder_name", sa.String(length=120), nullable=True),
        sa.Column("expiry_month", sa.Integer(), nullable=True),
        sa.Column("expiry_year", sa.Integer(), nullable=True),
        sa.Column("brand", sa.String(length=24), nullable=True),
        sa.Column("wallet_email", sa.String(length=254), nullable=True),
        sa.Column("wallet_id", sa.String(length=120), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("billing_zip", sa.String(length=20), nullable=True),
        sa.Column("billing_country", sa.String(length=2), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_attempts", sa.Integer(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "type IN ('credit_card', 'paypal', 'apple_pay', 'google_pay')",
            name=op.f("ck_saved_payment_methods_type"),
        ),
        sa.CheckConstraint(
            "expiry_month BETWEEN 1 AND 12", name=op.f("ck_saved_payment_methods_expiry_month")
        ),
        sa.CheckConstraint("failed_attempts >= 0", name=op.f("ck_saved_payment_methods_failed_attempts")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_saved_payment_methods_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_payment_methods"),
    )
    op.create_index(
        "ix_saved_payment_methods_user_id_is_default", "saved_payment_methods", ["user_id", "is_default"]
    )
    op.create_index(
        "uq_saved_payment_methods_default",
        "saved_payment_methods",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("is_default AND deleted_at IS NULL"),
        postgresql_where=sa.text("is_default AND deleted_at IS NULL"),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(length=24), nullable=False),
        sa.Column("gateway_reference", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded_amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("decline_code", sa.String(length=60), nullable=True),
        sa.Column("card_brand", sa.String(length=24), nullable=True),
        sa.Column("card_last4", sa.String(length=4), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('created', 'requires_action', 'processing', 'succeeded', 'failed', 'cancelled')",
            name=op.f("ck_payments_status"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.CheckConstraint("attempt > 0", name=op.f("ck_payments_attempt")),
        sa.CheckConstraint("refunded_amount BETWEEN 0 AND amount", name=op.f("ck_payments_refunded_amount")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_payments_order_id_orders", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("gateway", "gateway_reference", name="uq_payments_gateway_gateway_reference"),
        sa.UniqueConstraint("order_id", "attempt", name="uq_payments_order_id_attempt"),
    )
    op.create_index("ix_payments_status_created_at", "payments", ["status", "created_at"])
    op.create_table(
        "carts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("pending_order_id", sa.Uuid(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reward_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_carts_points")),
        sa.CheckConstraint("user_id IS NOT NULL OR token_hash IS NOT NULL", name=op.f("ck_carts_owner")),
        sa.ForeignKeyConstraint(
            ["pending_order_id"], ["orders.id"], name="fk_carts_pending_order_id_orders", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"],
            ["loyalty_rewards.id"],
            name="fk_carts_reward_id_loyalty_rewards",
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_carts_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_carts"),
        sa.UniqueConstraint("pending_order_id", name="uq_carts_pending_order_id"),
        sa.UniqueConstraint("token_hash", name="uq_carts_token_hash"),
        sa.UniqueConstraint("user_id", name="uq_carts_user_id"),
    )
    op.create_index("ix_carts_reward_id", "carts", ["reward_id"])
    op.create_index("ix_carts_updated_at", "carts", ["updated_at"])
    op.create_table(
        "payment_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name="fk_payment_events_payment_id_payments", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_events"),
    )
    op.create_index("ix_payment_events_payment_id", "payment_events", ["payment_id"])
    op.create_table(
        "cart_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("voucher_code", sa.String(length=40), nullable=True),
        sa.Column("gift_card_id", sa.Uuid(), nullable=True),
        sa.Column("last_four", sa.String(length=4), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'gift_card') = (gift_card_id IS NOT NULL)", name=op.f("ck_cart_codes_gift_card_id")
        ),
        sa.CheckConstraint(
            "(kind = 'voucher') = (voucher_code IS NOT NULL)", name=op.f("ck_cart_codes_voucher_code")
        ),
        sa.CheckConstraint("kind IN ('voucher', 'gift_card')", name=op.f("ck_cart_codes_kind")),
        sa.CheckConstraint(
            "(gift_card_id IS NULL) = (last_four IS NULL)", name=op.f("ck_cart_codes_last_four")
        ),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name="fk_cart_codes_cart_id_carts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["gift_card_id"],
            ["gift_cards.id"],
            name="fk_cart_codes_gift_card_id_gift_cards",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_codes"),
        sa.UniqueConstraint("cart_id", "gift_card_id", name="uq_cart_codes_cart_id_gift_card_id"),
    )
    op.create_index("ix_cart_codes_gift_card_id", "cart_codes", ["gift_card_id"])
    op.create_index(
        "uq_cart_codes_voucher",
        "cart_codes",
        ["cart_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'voucher'"),
        postgresql_where=sa.text("kind = 'voucher'"),
    )
    op.create_table(
        "cart_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("seen_price", sa.BigInteger(), nullable=False),
        sa.Column("is_saved", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.Column("details_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 999", name=op.f("ck_cart_lines_quantity")),
        sa.CheckConstraint("seen_price >= 0", name=op.f("ck_cart_lines_seen_price")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name="fk_cart_lines_cart_id_carts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_cart_lines_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cart_lines"),
        sa.UniqueConstraint(
            "cart_id", "product_id", "details_key", name="uq_cart_lines_cart_id_product_id_details_key"
        ),
    )
    op.create_index("ix_cart_lines_product_id", "cart_lines", ["product_id"])
    op.create_table(
        "checkouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("shipping_address", sa.JSON(), nullable=True),
        sa.Column("billing_address", sa.JSON(), nullable=True),
        sa.Column("delivery_code", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('open', 'placed', 'closed')", name=op.f("ck_checkouts_status")),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["carts.id"], name="fk_checkouts_cart_id_carts", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_checkouts_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_checkouts"),
    )
    op.create_index("ix_checkouts_cart_id", "checkouts", ["cart_id"])
    op.create_index("ix_checkouts_user_id", "checkouts", ["user_id"])
    op.create_index(
        "uq_checkouts_live",
        "checkouts",
        ["cart_id"],
        unique=True,
        sqlite_where=sa.text("status <> 'closed'"),
        postgresql_where=sa.text("status <> 'closed'"),
    )


def downgrade() -> None:
    op.drop_table("checkouts")
    op.drop_table("cart_lines")
    op.drop_table("cart_codes")
    op.drop_table("payment_events")
    op.drop_table("carts")
    op.drop_table("payments")
    op.drop_table("saved_payment_methods")
    op.drop_table("webhook_receipts")

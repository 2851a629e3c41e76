"""Vouchers and gift cards with their uses."""

import sqlalchemy as sa
from alembic import op

revision = "06948ce1"
down_revision = "d433bdd5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "code_key",
            sa.String(length=40),
            sa.Computed("upper(replace(code, '-', ''))", persisted=True),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("discount_type", sa.String(length=24), nullable=False),
        sa.Column("discount_value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("max_discount", sa.BigInteger(), nullable=True),
        sa.Column("min_discount", sa.BigInteger(), nullable=True),
        sa.Column("min_order_value", sa.BigInteger(), nullable=False),
        sa.Column("max_order_value", sa.BigInteger(), nullable=True),
        sa.Column("max_usages", sa.Integer(), nullable=True),
        sa.Column("max_usage_per_user", sa.Integer(), nullable=True),
        sa.Column("current_usages", sa.Integer(), nullable=False),
        sa.Column("start_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("requires_code", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("campaign", sa.String(length=120), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "discount_type <> 'fixed' OR currency IS NOT NULL", name=op.f("ck_vouchers_fixed_currency")
        ),
        sa.CheckConstraint(
            "discount_type <> 'percentage' OR discount_value BETWEEN 100 AND 10000",
            name=op.f("ck_vouchers_percentage"),
        ),
        sa.CheckConstraint(
            "discount_type IN ('percentage', 'fixed')", name=op.f("ck_vouchers_discount_type")
        ),
        sa.CheckConstraint(
            "current_usages >= 0 AND (max_usages IS NULL OR current_usages <= max_usages)",
            name=op.f("ck_vouchers_current_usages"),
        ),
        sa.CheckConstraint("discount_value > 0", name=op.f("ck_vouchers_discount_value")),
        sa.CheckConstraint("expires_at > start_date", name=op.f("ck_vouchers_dates")),
        sa.CheckConstraint("max_discount > 0", name=op.f("ck_vouchers_max_discount")),
        sa.CheckConstraint("max_order_value >= min_order_value", name=op.f("ck_vouchers_max_order_value")),
        sa.CheckConstraint("max_usage_per_user > 0", name=op.f("ck_vouchers_max_usage_per_user")),
        sa.CheckConstraint("max_usages > 0", name=op.f("ck_vouchers_max_usages")),
        sa.CheckConstraint("min_discount >= 0", name=op.f("ck_vouchers_min_discount")),
        sa.CheckConstraint("min_order_value >= 0", name=op.f("ck_vouchers_min_order_value")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name="fk_vouchers_created_by_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_vouchers"),
        sa.UniqueConstraint("code_key", name="uq_vouchers_code_key"),
    )
    op.create_index("ix_vouchers_created_by", "vouchers", ["created_by"])
    op.create_index("ix_vouchers_expires_at", "vouchers", ["expires_at"])
    op.create_index(
        "ix_vouchers_is_active_requires_code_expires_at",
        "vouchers",
        ["is_active", "requires_code", "expires_at"],
    )
    op.create_table(
        "voucher_categories",
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name="fk_voucher_categories_category_id_categories",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"],
            ["vouchers.id"],
            name="fk_voucher_categories_voucher_id_vouchers",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("voucher_id", "category_id", name="pk_voucher_categories"),
    )
    op.create_index("ix_voucher_categories_category_id", "voucher_categories", ["category_id"])
    op.create_table(
        "voucher_excluded_products",
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_voucher_excluded_products_product_id_products",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"],
            ["vouchers.id"],
            name="fk_voucher_excluded_products_voucher_id_vouchers",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("voucher_id", "product_id", name="pk_voucher_excluded_products"),
    )
    op.create_index("ix_voucher_excluded_products_product_id", "voucher_excluded_products", ["product_id"])
    op.create_table(
        "voucher_usages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("customer_key", sa.String(length=320), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("discount_amount", sa.BigInteger(), nullable=False),
        sa.Column("order_total", sa.BigInteger(), nullable=False),
        sa.Column("final_total", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'released') = (released_at IS NOT NULL)", name=op.f("ck_voucher_usages_released_at")
        ),
        sa.CheckConstraint("status IN ('applied', 'released')", name=op.f("ck_voucher_usages_status")),
        sa.CheckConstraint(
            "discount_amount >= 0 AND order_total >= 0 AND final_total >= 0",
            name=op.f("ck_voucher_usages_amounts"),
        ),
        sa.CheckConstraint("slot > 0", name=op.f("ck_voucher_usages_slot")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_voucher_usages_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_voucher_usages_user_id_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["vouchers.id"], name="fk_voucher_usages_voucher_id_vouchers", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_voucher_usages"),
        sa.UniqueConstraint("voucher_id", "order_id", name="uq_voucher_usages_voucher_id_order_id"),
    )
    op.create_index("ix_voucher_usages_customer_key", "voucher_usages", ["customer_key"])
    op.create_index("ix_voucher_usages_order_id", "voucher_usages", ["order_id"])
    op.create_index("ix_voucher_usages_user_id", "voucher_usages", ["user_id"])
    op.create_index(
        "uq_voucher_usages_applied_slot",
        "voucher_usages",
        ["voucher_id", "customer_key", "slot"],
        unique=True,
        sqlite_where=sa.text("status = 'applied'"),
        postgresql_where=sa.text("status = 'applied'"),
    )
    op.create_table(
        "gift_cards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("code_encrypted", sa.Text(), nullable=True),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("sku", sa.String(length=64), nullable=True),
        sa.Column("initial_value", sa.BigInteger(), nullable=False),
        sa.Column("current_balance", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("purchased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fully_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_line_id", sa.Uuid(), nullable=True),
        sa.Column("order_line_unit", sa.Integer(), nullable=True),
        sa.Column("purchased_by", sa.Uuid(), nullable=True),
        sa.Column("purchased_by_name", sa.String(length=120), nullable=True),
        sa.Column("purchased_by_email", sa.String(length=320), nullable=True),
        sa.Column("recipient_name", sa.String(length=120), nullable=True),
        sa.Column("recipient_email", sa.String(length=320), nullable=True),
        sa.Column("custom_message", sa.Text(), nullable=True),
        sa.Column("design", sa.String(length=200), nullable=True),
        sa.Column("deliver_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('active', 'cancelled')", name=op.f("ck_gift_cards_status")),
        sa.CheckConstraint(
            "(order_line_id IS NULL) = (order_line_unit IS NULL)",
            name=op.f("ck_gift_cards_order_line_id_with_unit"),
        ),
        sa.CheckConstraint("current_balance >= 0", name=op.f("ck_gift_cards_current_balance")),
        sa.CheckConstraint("initial_value > 0", name=op.f("ck_gift_cards_initial_value")),
        sa.CheckConstraint("length(last_four) = 4", name=op.f("ck_gift_cards_last_four")),
        sa.CheckConstraint("order_line_unit > 0", name=op.f("ck_gift_cards_order_line_unit")),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_lines.id"],
            name="fk_gift_cards_order_line_id_order_lines",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["purchased_by"], ["users.id"], name="fk_gift_cards_purchased_by_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gift_cards"),
        sa.UniqueConstraint("code_hash", name="uq_gift_cards_code_hash"),
        sa.UniqueConstraint(
            "order_line_id", "order_line_unit", name="uq_gift_cards_order_line_id_order_line_unit"
        ),
    )
    op.create_index(
        "ix_gift_cards_due",
        "gift_cards",
        ["deliver_at"],
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_index("ix_gift_cards_expires_at", "gift_cards", ["expires_at"])
    op.create_index(
        "ix_gift_cards_kept_codes",
        "gift_cards",
        ["sent_at"],
        sqlite_where=sa.text("code_encrypted IS NOT NULL"),
        postgresql_where=sa.text("code_encrypted IS NOT NULL"),
    )
    op.create_index("ix_gift_cards_purchased_by", "gift_cards", ["purchased_by"])
    op.create_index("ix_gift_cards_status", "gift_cards", ["status"])
    op.create_table(
        "gift_card_usages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("gift_card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('issue', 'charge', 'refund', 'expire', 'adjust', 'cancel')",
            name=op.f("ck_gift_card_usages_kind"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_gift_card_usages_amount")),
        sa.CheckConstraint("balance_after >= 0", name=op.f("ck_gift_card_usages_balance_after")),
        sa.ForeignKeyConstraint(
            ["gift_card_id"],
            ["gift_cards.id"],
            name="fk_gift_card_usages_gift_card_id_gift_cards",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_gift_card_usages_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_gift_card_usages_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gift_card_usages"),
        sa.UniqueConstraint("idempotency_key", name="uq_gift_card_usages_idempotency_key"),
    )
    op.create_index(
        "ix_gift_card_usages_gift_card_id_created_at", "gift_card_usages", ["gift_card_id", "created_at"]
    )
    op.create_index("ix_gift_card_usages_order_id", "gift_card_usages", ["order_id"])
    op.create_index("ix_gift_card_usages_user_id", "gift_card_usages", ["user_id"])


def downgrade() -> None:
    op.drop_table("gift_card_usages")
    op.drop_table("gift_cards")
    op.drop_table("voucher_usages")
    op.drop_table("voucher_excluded_products")
    op.drop_table("voucher_categories")
    op.drop_table("vouchers")

"""Stock with its holds and ledger, and messages."""

import sqlalchemy as sa
from alembic import op

revision = "d433bdd5"
down_revision = "1c168adb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inventories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column(
            "available", sa.Integer(), sa.Computed("quantity - reserved", persisted=True), nullable=False
        ),
        sa.Column("reorder_level", sa.Integer(), nullable=False),
        sa.Column("reorder_quantity", sa.Integer(), nullable=False),
        sa.Column("low_stock_armed", sa.Boolean(), nullable=False),
        sa.Column("warehouse_location", sa.String(length=80), nullable=True),
        sa.Column("last_restocked", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_reserved", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reorder_level >= 0", name=op.f("ck_inventories_reorder_level")),
        sa.CheckConstraint("reorder_quantity >= 0", name=op.f("ck_inventories_reorder_quantity")),
        sa.CheckConstraint("reserved >= 0 AND reserved <= quantity", name=op.f("ck_inventories_reserved")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_inventories_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inventories"),
        sa.UniqueConstraint("product_id", name="uq_inventories_product_id"),
    )
    op.create_index("ix_inventories_quantity", "inventories", ["quantity"])
    op.create_table(
        "inventory_log_archives",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_change", sa.Integer(), nullable=False),
        sa.Column("new_quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('purchase', 'restock', 'adjustment', 'return', 'damage', 'opening')",
            name=op.f("ck_inventory_log_archives_reason"),
        ),
        sa.CheckConstraint("new_quantity >= 0", name=op.f("ck_inventory_log_archives_new_quantity")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_inventory_log_archives_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["inventories.product_id"],
            name="fk_inventory_log_archives_product_id_inventories",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_inventory_log_archives_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inventory_log_archives"),
        sa.UniqueConstraint("idempotency_key", name="uq_inventory_log_archives_idempotency_key"),
    )
    op.create_index("ix_inventory_log_archives_order_id", "inventory_log_archives", ["order_id"])
    op.create_index(
        "ix_inventory_log_archives_product_id_created_at",
        "inventory_log_archives",
        ["product_id", "created_at"],
    )
    op.create_index("ix_inventory_log_archives_user_id", "inventory_log_archives", ["user_id"])
    op.create_table(
        "inventory_logs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_change", sa.Integer(), nullable=False),
        sa.Column("new_quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('purchase', 'restock', 'adjustment', 'return', 'damage', 'opening')",
            name=op.f("ck_inventory_logs_reason"),
        ),
        sa.CheckConstraint("new_quantity >= 0", name=op.f("ck_inventory_logs_new_quantity")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_inventory_logs_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["inventories.product_id"],
            name="fk_inventory_logs_product_id_inventories",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_inventory_logs_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inventory_logs"),
        sa.UniqueConstraint("idempotency_key", name="uq_inventory_logs_idempotency_key"),
    )
    op.create_index("ix_inventory_logs_created_at", "inventory_logs", ["created_at"])
    op.create_index("ix_inventory_logs_order_id", "inventory_logs", ["order_id"])
    op.create_index("ix_inventory_logs_product_id_created_at", "inventory_logs", ["product_id", "created_at"])
    op.create_index("ix_inventory_logs_reason", "inventory_logs", ["reason"])
    op.create_index("ix_inventory_logs_user_id", "inventory_logs", ["user_id"])
    op.create_table(
        "inventory_reservations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("holder_kind", sa.String(length=24), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'confirmed') = (confirmed_at IS NOT NULL)",
            name=op.f("ck_inventory_reservations_confirmed_at"),
        ),
        sa.CheckConstraint(
            "(status = 'released') = (released_at IS NOT NULL)",
            name=op.f("ck_inventory_reservations_released_at"),
        ),
        sa.CheckConstraint(
            "holder_kind IN ('order', 'quick_checkout', 'waitlist')",
            name=op.f("ck_inventory_reservations_holder_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('active', 'confirmed', 'released')", name=op.f("ck_inventory_reservations_status")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_inventory_reservations_quantity")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_inventory_reservations_order_id_orders", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["inventories.product_id"],
            name="fk_inventory_reservations_product_id_inventories",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_inventory_reservations_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inventory_reservations"),
    )
    op.create_index("ix_inventory_reservations_expires_at", "inventory_reservations", ["expires_at"])
    op.create_index(
        "ix_inventory_reservations_holder_kind_holder_id",
        "inventory_reservations",
        ["holder_kind", "holder_id"],
    )
    op.create_index("ix_inventory_reservations_order_id", "inventory_reservations", ["order_id"])
    op.create_index(
        "ix_inventory_reservations_product_id_status_expires_at",
        "inventory_reservations",
        ["product_id", "status", "expires_at"],
    )
    op.create_index(
        "ix_inventory_reservations_status_expires_at", "inventory_reservations", ["status", "expires_at"]
    )
    op.create_index("ix_inventory_reservations_user_id", "inventory_reservations", ["user_id"])
    op.create_index(
        "uq_inventory_reservations_active_holder",
        "inventory_reservations",
        ["holder_kind", "holder_id", "product_id"],
        unique=True,
        sqlite_where=sa.text("status = 'active'"),
        postgresql_where=sa.text("status = 'active'"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(length=160), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_messages_sent_at")),
        sa.CheckConstraint("channel IN ('email', 'sms', 'push')", name=op.f("ck_messages_channel")),
        sa.CheckConstraint("status IN ('pending', 'sent', 'failed')", name=op.f("ck_messages_status")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_messages_attempts")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_messages_order_id_orders", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_messages_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("dedupe_key", name="uq_messages_dedupe_key"),
    )
    op.create_index("ix_messages_created_at", "messages", ["created_at"])
    op.create_index("ix_messages_order_id", "messages", ["order_id"])
    op.create_index("ix_messages_status_next_attempt_at", "messages", ["status", "next_attempt_at"])
    op.create_index("ix_messages_template", "messages", ["template"])
    op.create_index("ix_messages_user_id", "messages", ["user_id"])


def downgrade() -> None:
    op.drop_table("messages")
    op.drop_table("inventory_reservations")
    op.drop_table("inventory_logs")
    op.drop_table("inventory_log_archives")
    op.drop_table("inventories")

"""Orders know by whom they are counted while they are unpaid, and when their hold was lengthened; products
may have their own most per order.

Orders that wait for their money at this moment are not counted; their holds end within the hour.
"""

import sqlalchemy as sa
from alembic import op

revision = "b7e1d05a"
down_revision = "5b1f90d2"
branch_labels = None
depends_on = None

KEYS = ("mailbox_key", "network_key")


def upgrade() -> None:
    op.add_column("orders", sa.Column("mailbox_key", sa.String(254), nullable=True))
    op.add_column("orders", sa.Column("network_key", sa.String(64), nullable=True))
    op.add_column("orders", sa.Column("payment_used_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("hold_extended_at", sa.DateTime(timezone=True), nullable=True))
    for key in KEYS:
        known = sa.text(f"{key} IS NOT NULL")
        op.create_index(f"ix_orders_{key}", "orders", [key], sqlite_where=known, postgresql_where=known)
    # Written out, because both databases add a column with its CHECK, and Alembic adds the column alone.
    op.execute(
        "ALTER TABLE inventories ADD COLUMN most_per_order INTEGER "
        "CONSTRAINT ck_inventories_most_per_order CHECK (most_per_order > 0)"
    )


def downgrade() -> None:
    op.drop_column("inventories", "most_per_order")
    for key in KEYS:
        op.drop_index(f"ix_orders_{key}", "orders")
    for name in ("hold_extended_at", "payment_used_at", *KEYS):
        op.drop_column("orders", name)

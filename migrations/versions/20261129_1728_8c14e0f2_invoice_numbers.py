"""Paid orders have an invoice number, counted up without gaps in the order in which they were paid."""

import sqlalchemy as sa
from alembic import op

revision = "8c14e0f2"
down_revision = "b7e1d05a"
branch_labels = None
depends_on = None

NUMBER = """
UPDATE orders SET invoice_number = numbered.number
FROM (
  SELECT id, ROW_NUMBER() OVER (ORDER BY paid_at, id) AS number FROM orders WHERE paid_at IS NOT NULL
) AS numbered
WHERE numbered.id = orders.id
"""
COUNT = """
INSERT INTO invoice_counters (id, last)
SELECT 1, COUNT(*) FROM orders WHERE invoice_number IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "invoice_counters",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invoice_counters"),
        sa.CheckConstraint("id = 1", name=op.f("ck_invoice_counters_one_row")),
    )
    op.add_column("orders", sa.Column("invoice_number", sa.Integer(), nullable=True))
    op.execute(NUMBER)
    op.execute(COUNT)
    op.create_index("ix_orders_invoice_number", "orders", ["invoice_number"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_orders_invoice_number", table_name="orders")
    op.drop_column("orders", "invoice_number")
    op.drop_table("invoice_counters")

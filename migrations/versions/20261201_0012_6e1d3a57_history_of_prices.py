"""The history of prices, and the price that is crossed out during a sale.

The history of an existing product begins when its row was last changed: since then its prices are known to be
what they are. A sale that began later has the regular price before it.
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "6e1d3a57"
down_revision = "c2d71e08"
branch_labels = None
depends_on = None

MINOR = sa.BigInteger()
MOMENT = sa.DateTime(timezone=True)
PORTION = 1000
PRODUCTS = sa.table(
    "products",
    sa.column("id", sa.Uuid()),
    sa.column("price", MINOR),
    sa.column("sale_price", MINOR),
    sa.column("sale_starts_at", MOMENT),
    sa.column("sale_ends_at", MOMENT),
    sa.column("reference_price", MINOR),
    sa.column("currency", sa.String(3)),
    sa.column("updated_at", MOMENT),
)


def upgrade() -> None:
    # Written out, because both databases add a column with its CHECK, and Alembic adds the column alone.
    op.execute(
        "ALTER TABLE products ADD COLUMN reference_price BIGINT CONSTRAINT ck_products_reference_price "
        "CHECK (reference_price IS NULL OR (sale_price IS NOT NULL AND reference_price > sale_price))"
    )
    history = op.create_table(
        "price_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("price", MINOR, nullable=False),
        sa.Column("sale_price", MINOR, nullable=True),
        sa.Column("sale_starts_at", MOMENT, nullable=True),
        sa.Column("sale_ends_at", MOMENT, nullable=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("price >= 0", name=op.f("ck_price_changes_price")),
        sa.CheckConstraint(
            "sale_price >= 0 AND sale_price < price", name=op.f("ck_price_changes_sale_price")
        ),
        sa.CheckConstraint("sale_ends_at > sale_starts_at", name=op.f("ck_price_changes_sale_window")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_price_changes_product_id_products", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_price_changes_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_price_changes"),
    )
    op.create_index("ix_price_changes_product_id_changed_at", "price_changes", ["product_id", "changed_at"])
    op.create_index("ix_price_changes_user_id", "price_changes", ["user_id"])
    _open(history)
    later = sa.and_(PRODUCTS.c.sale_price.is_not(None), PRODUCTS.c.sale_starts_at > PRODUCTS.c.updated_at)
    op.execute(PRODUCTS.update().where(later).values(reference_price=PRODUCTS.c.price))


def _open(history: sa.Table) -> None:
    connection = op.get_bind()
    sold = sa.select(PRODUCTS).where(PRODUCTS.c.price.is_not(None)).order_by(PRODUCTS.c.id)
    rows = [
        {
            "id": uuid.uuid4(),
            "product_id": row.id,
            "price": row.price,
            "sale_price": row.sale_price,
            "sale_starts_at": row.sale_starts_at,
            "sale_ends_at": row.sale_ends_at,
            "currency": row.currency,
            "changed_at": row.updated_at,
        }
        for row in connection.execute(sold)
    ]
    for first in range(0, len(rows), PORTION):
        connection.execute(history.insert(), rows[first : first + PORTION])


def downgrade() -> None:
    op.drop_table("price_changes")
    op.drop_column("products", "reference_price")

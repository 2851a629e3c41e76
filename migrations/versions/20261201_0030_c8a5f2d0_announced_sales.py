"""Products remember whether the beginning of their sale was announced; running sales are not news."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "c8a5f2d0"
down_revision = "6e1d3a57"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
HAS_SALE = sa.text("sale_price IS NOT NULL OR sale_announced")
PRODUCTS = sa.table(
    "products",
    sa.column("sale_price", sa.BigInteger()),
    sa.column("sale_starts_at", MOMENT),
    sa.column("sale_ends_at", MOMENT),
    sa.column("sale_announced", sa.Boolean()),
)


def upgrade() -> None:
    op.add_column(
        "products", sa.Column("sale_announced", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    now, columns = datetime.now(UTC), PRODUCTS.c
    running = sa.and_(
        columns.sale_price.is_not(None),
        sa.or_(columns.sale_starts_at.is_(None), columns.sale_starts_at <= now),
        sa.or_(columns.sale_ends_at.is_(None), columns.sale_ends_at > now),
    )
    op.execute(PRODUCTS.update().where(running).values(sale_announced=True))
    op.create_index("ix_products_sales", "products", ["id"], sqlite_where=HAS_SALE, postgresql_where=HAS_SALE)


def downgrade() -> None:
    op.drop_index("ix_products_sales", "products")
    op.drop_column("products", "sale_announced")

"""The scheduled publication of products, and what their safety and customs papers need."""

import sqlalchemy as sa
from alembic import op

revision = "c2d71e08"
down_revision = "5e1d70c3"
branch_labels = None
depends_on = None

TEXTS = (
    ("maker", sa.String(255)),
    ("maker_address", sa.String(500)),
    ("responsible_person", sa.String(500)),
    ("safety_warnings", sa.Text()),
    ("hs_code", sa.String(12)),
    ("origin_country", sa.String(2)),
)


def upgrade() -> None:
    op.add_column("products", sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True))
    for name, kind in TEXTS:
        op.add_column("products", sa.Column(name, kind, nullable=False, server_default=""))
    op.create_index("ix_products_publish_at", "products", ["publish_at"])


def downgrade() -> None:
    op.drop_index("ix_products_publish_at", "products")
    for name, _ in reversed(TEXTS):
        op.drop_column("products", name)
    op.drop_column("products", "publish_at")

"""Products may be sold without being counted; what is in the shop is counted."""

import sqlalchemy as sa
from alembic import op

revision = "d41b7e90"
down_revision = "d7f0a3b9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Written out, because both databases add a column with its CHECK, and Alembic adds the column alone.
    yes = sa.true().compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE inventories ADD COLUMN is_counted BOOLEAN DEFAULT {yes} NOT NULL "
        "CONSTRAINT ck_inventories_is_counted CHECK (is_counted OR (quantity = 0 AND reserved = 0))"
    )


def downgrade() -> None:
    op.execute(sa.text("ALTER TABLE inventories DROP COLUMN is_counted"))

"""Product files that staff send for import, with their reports."""

import sqlalchemy as sa
from alembic import op

revision = "7b40e9d3"
down_revision = "8e2a64c1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "product_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("pictures", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("errors", sa.JSON(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'refused', 'importing', 'imported', 'failed')",
            name=op.f("ck_product_imports_state"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_product_imports"),
    )


def downgrade() -> None:
    op.drop_table("product_imports")

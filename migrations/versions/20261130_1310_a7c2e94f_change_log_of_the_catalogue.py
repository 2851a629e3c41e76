"""A log of what each version of the catalogue has changed."""

import sqlalchemy as sa
from alembic import op

revision = "a7c2e94f"
down_revision = "4c8e21d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(24), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "scope IN ('product', 'categories', 'pages', 'everything')",
            name=op.f("ck_catalogue_changes_scope"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_changes"),
    )
    op.create_index("ix_catalogue_changes_version", "catalogue_changes", ["version"])
    op.execute(
        "INSERT INTO catalogue_changes (version, scope) SELECT version, 'everything' FROM catalogue_version"
    )


def downgrade() -> None:
    op.drop_table("catalogue_changes")

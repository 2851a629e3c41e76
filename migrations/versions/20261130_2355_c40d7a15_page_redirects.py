"""Former addresses of help pages, which redirect to the current ones."""

import sqlalchemy as sa
from alembic import op

revision = "c40d7a15"
down_revision = "6f0e2b9d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_redirects",
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_redirects_page_id_pages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_page_redirects")),
    )
    op.create_index(op.f("ix_page_redirects_page_id"), "page_redirects", ["page_id"])


def downgrade() -> None:
    op.drop_table("page_redirects")

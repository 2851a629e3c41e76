"""Where pictures of product files come from, and how far the shop is with fetching them.

Addresses that shops keep already stand with their products; each gets a row when its picture is asked for.
"""

import sqlalchemy as sa
from alembic import op

revision = "e3b84c6a"
down_revision = "e8b25c17"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "picture_sources",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("alt", sa.String(length=512), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("choice_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("image_id", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'fetched') = (image_id IS NOT NULL)", name=op.f("ck_picture_sources_image")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_picture_sources_attempts")),
        sa.CheckConstraint(
            "state IN ('kept', 'waiting', 'fetched', 'given_up')", name=op.f("ck_picture_sources_state")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_picture_sources_product_id_products", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["image_id"], ["product_images.id"], name="fk_picture_sources_image_id_product_images",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_picture_sources"),
        sa.UniqueConstraint("product_id", "digest", name="uq_picture_sources_product_id_digest"),
    )  # fmt: skip
    op.create_index("ix_picture_sources_image_id", "picture_sources", ["image_id"])
    op.create_index("ix_picture_sources_state", "picture_sources", ["state", "id"])


def downgrade() -> None:
    op.drop_table("picture_sources")

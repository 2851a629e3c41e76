"""The links of the shop's menus."""

import sqlalchemy as sa
from alembic import op

revision = "9d3b60f7"
down_revision = "7b40e9d3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "menu_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("menu", sa.String(24), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("target", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("menu IN ('header', 'more', 'footer')", name=op.f("ck_menu_items_menu")),
        sa.CheckConstraint(
            "kind IN ('category', 'page', 'path', 'address', 'column')", name=op.f("ck_menu_items_kind")
        ),
        sa.CheckConstraint("(kind = 'column') = (target = '')", name=op.f("ck_menu_items_target")),
        sa.CheckConstraint("kind IN ('category', 'page') OR label <> ''", name=op.f("ck_menu_items_label")),
        sa.CheckConstraint(
            "(menu = 'footer' AND kind <> 'column') = (parent_id IS NOT NULL)",
            name=op.f("ck_menu_items_parent"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["menu_items.id"],
            name=op.f("fk_menu_items_parent_id_menu_items"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_menu_items")),
    )
    op.create_index(op.f("ix_menu_items_parent_id"), "menu_items", ["parent_id"])


def downgrade() -> None:
    op.drop_table("menu_items")

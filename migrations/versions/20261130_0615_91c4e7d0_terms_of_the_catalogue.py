"""Columns and tables of the catalogue and the waiting list have the terms of the glossary.

SQLite cannot rename constraints, so two tables are created anew and their rows copied.
"""

import sqlalchemy as sa
from alembic import op

revision = "91c4e7d0"
down_revision = "b5d81c3f"
branch_labels = None
depends_on = None

RENAMED = (
    ("products", "story", "description"),
    ("products", "story_html", "description_html"),
    ("picture_sources", "choice_ids", "variant_ids"),
)
OUTCOMES = "'purchased', 'left', 'lapsed', 'archived'"


def upgrade() -> None:
    for table, old, new in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    _create_pictures("product_image_variants", "variant_id")
    op.execute("INSERT INTO product_image_variants SELECT * FROM product_image_choices")
    op.drop_table("product_image_choices")
    _rebuild_totals("notified")


def downgrade() -> None:
    for table, old, new in RENAMED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")
    _create_pictures("product_image_choices", "choice_id")
    op.execute("INSERT INTO product_image_choices SELECT * FROM product_image_variants")
    op.drop_table("product_image_variants")
    _rebuild_totals("told")


def _create_pictures(table: str, column: str) -> None:
    op.create_table(
        table,
        sa.Column("image_id", sa.Uuid(), nullable=False),
        sa.Column(column, sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["image_id"],
            ["product_images.id"],
            name=f"fk_{table}_image_id_product_images",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            [column], ["products.id"], name=f"fk_{table}_{column}_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("image_id", column, name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_{column}", table, [column])


def _rebuild_totals(notified: str) -> None:
    op.execute("CREATE TEMPORARY TABLE saved_dailies AS SELECT * FROM waitlist_dailies")
    op.drop_table("waitlist_dailies")
    op.create_table(
        "waitlist_dailies",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column(notified, sa.Integer(), nullable=False),
        sa.Column("days_waited", sa.Integer(), nullable=False),
        sa.CheckConstraint("entries > 0", name=op.f("ck_waitlist_dailies_entries")),
        sa.CheckConstraint(f"{notified} BETWEEN 0 AND entries", name=op.f(f"ck_waitlist_dailies_{notified}")),
        sa.CheckConstraint("days_waited >= 0", name=op.f("ck_waitlist_dailies_days_waited")),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_waitlist_dailies_outcome")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_waitlist_dailies_product_id_products",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "day", "outcome", name="pk_waitlist_dailies"),
    )
    op.execute("INSERT INTO waitlist_dailies SELECT * FROM saved_dailies")
    op.execute("DROP TABLE saved_dailies")

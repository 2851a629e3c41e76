"""What stands around a product: size guides, comparisons, waiting list, reviews."""

import sqlalchemy as sa
from alembic import op

revision = "14a6723e"
down_revision = "92aec876"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("verified_purchase", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_reply", sa.Text(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name=op.f("ck_reviews_published_at")
        ),
        sa.CheckConstraint("status IN ('pending', 'published', 'rejected')", name=op.f("ck_reviews_status")),
        sa.CheckConstraint(
            "(staff_reply IS NULL) = (replied_at IS NULL)", name=op.f("ck_reviews_staff_reply")
        ),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_reviews_rating")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_reviews_product_id_products", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["replied_by"], ["users.id"], name="fk_reviews_replied_by_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_reviews_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("user_id", "product_id", name="uq_reviews_user_id_product_id"),
    )
    op.create_index(
        "ix_reviews_product_id_status_published_at", "reviews", ["product_id", "status", "published_at"]
    )
    op.create_index("ix_reviews_replied_by", "reviews", ["replied_by"])
    op.create_index("ix_reviews_status_created_at", "reviews", ["status", "created_at"])
    op.create_table(
        "saved_comparisons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("share_token", sa.String(length=64), nullable=True),
        sa.Column("view_count", sa.Integer(), nullable=False),
        sa.Column("last_viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("view_count >= 0", name=op.f("ck_saved_comparisons_view_count")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_saved_comparisons_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_comparisons"),
        sa.UniqueConstraint("share_token", name="uq_saved_comparisons_share_token"),
    )
    op.create_index("ix_saved_comparisons_user_id_updated_at", "saved_comparisons", ["user_id", "updated_at"])
    op.create_table(
        "size_guides",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("fit_description", sa.Text(), nullable=True),
        sa.Column("fit_images", sa.JSON(), nullable=False),
        sa.Column("usage_count", sa.Integer(), nullable=False),
        sa.Column("last_viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(product_id IS NULL) <> (category_id IS NULL)", name=op.f("ck_size_guides_one_scope")
        ),
        sa.CheckConstraint("usage_count >= 0", name=op.f("ck_size_guides_usage_count")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name="fk_size_guides_category_id_categories",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_size_guides_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_size_guides"),
        sa.UniqueConstraint("category_id", name="uq_size_guides_category_id"),
        sa.UniqueConstraint("product_id", name="uq_size_guides_product_id"),
    )
    op.create_table(
        "waitlists",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notification_method", sa.String(length=24), nullable=False),
        sa.Column("allow_notifications", sa.Boolean(), nullable=False),
        sa.Column("cancel_reason", sa.String(length=24), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancel_reason IS NOT NULL)", name=op.f("ck_waitlists_cancelled")
        ),
        sa.CheckConstraint(
            "(status IN ('purchased', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_waitlists_ended_at"),
        ),
        sa.CheckConstraint(
            "cancel_reason IN ('left', 'lapsed', 'archived')", name=op.f("ck_waitlists_cancel_reason")
        ),
        sa.CheckConstraint(
            "notification_method = 'email' OR phone IS NOT NULL", name=op.f("ck_waitlists_phone")
        ),
        sa.CheckConstraint(
            "notification_method IN ('email', 'sms', 'both')", name=op.f("ck_waitlists_notification_method")
        ),
        sa.CheckConstraint(
            "status <> 'notified' OR notified_at IS NOT NULL", name=op.f("ck_waitlists_notified_at")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'notified', 'purchased', 'cancelled')", name=op.f("ck_waitlists_status")
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_waitlists_email")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_waitlists_product_id_products", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_waitlists_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_waitlists"),
    )
    op.create_index("ix_waitlists_notified_at", "waitlists", ["notified_at"])
    op.create_index(
        "ix_waitlists_product_id_status_added_at", "waitlists", ["product_id", "status", "added_at"]
    )
    op.create_index("ix_waitlists_status_ended_at", "waitlists", ["status", "ended_at"])
    op.create_index("ix_waitlists_user_id", "waitlists", ["user_id"])
    op.create_index(
        "uq_waitlists_live_email",
        "waitlists",
        ["product_id", "email"],
        unique=True,
        sqlite_where=sa.text("status IN ('active', 'notified') AND confirmed_at IS NOT NULL"),
        postgresql_where=sa.text("status IN ('active', 'notified') AND confirmed_at IS NOT NULL"),
    )
    op.create_index(
        "uq_waitlists_live_user",
        "waitlists",
        ["product_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('active', 'notified')"),
        postgresql_where=sa.text("status IN ('active', 'notified')"),
    )
    op.create_table(
        "saved_comparison_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("comparison_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 4", name=op.f("ck_saved_comparison_items_position")),
        sa.ForeignKeyConstraint(
            ["comparison_id"],
            ["saved_comparisons.id"],
            name="fk_saved_comparison_items_comparison_id_saved_comparisons",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_saved_comparison_items_product_id_products",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_comparison_items"),
        sa.UniqueConstraint(
            "comparison_id", "position", name="uq_saved_comparison_items_comparison_id_position"
        ),
        sa.UniqueConstraint(
            "comparison_id", "product_id", name="uq_saved_comparison_items_comparison_id_product_id"
        ),
    )
    op.create_index("ix_saved_comparison_items_product_id", "saved_comparison_items", ["product_id"])
    op.create_table(
        "size_conversions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("size", sa.String(length=24), nullable=False),
        sa.Column("system", sa.String(length=12), nullable=False),
        sa.Column("label", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["guide_id"],
            ["size_guides.id"],
            name="fk_size_conversions_guide_id_size_guides",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_size_conversions"),
        sa.UniqueConstraint("guide_id", "system", "size", name="uq_size_conversions_guide_id_system_size"),
    )
    op.create_index(
        "ix_size_conversions_guide_id_system_label", "size_conversions", ["guide_id", "system", "label"]
    )
    op.create_table(
        "size_guide_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("guide_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("size", sa.String(length=24), nullable=False),
        sa.Column("measurement", sa.String(length=40), nullable=False),
        sa.Column("measured", sa.String(length=24), nullable=False),
        sa.Column("minimum_mm", sa.Integer(), nullable=False),
        sa.Column("maximum_mm", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.CheckConstraint("measured IN ('body', 'garment')", name=op.f("ck_size_guide_rows_measured")),
        sa.CheckConstraint("unit IN ('cm', 'in')", name=op.f("ck_size_guide_rows_unit")),
        sa.CheckConstraint(
            "minimum_mm > 0 AND minimum_mm <= maximum_mm", name=op.f("ck_size_guide_rows_range")
        ),
        sa.ForeignKeyConstraint(
            ["guide_id"],
            ["size_guides.id"],
            name="fk_size_guide_rows_guide_id_size_guides",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_size_guide_rows"),
        sa.UniqueConstraint(
            "guide_id",
            "size",
            "measurement",
            "measured",
            name="uq_size_guide_rows_guide_id_size_measurement_measured",
        ),
    )
    op.create_index(
        "ix_size_guide_rows_guide_id_measured_measurement_minimum_mm",
        "size_guide_rows",
        ["guide_id", "measured", "measurement", "minimum_mm"],
    )


def downgrade() -> None:
    op.drop_table("size_guide_rows")
    op.drop_table("size_conversions")
    op.drop_table("saved_comparison_items")
    op.drop_table("waitlists")
    op.drop_table("size_guides")
    op.drop_table("saved_comparisons")
    op.drop_table("reviews")

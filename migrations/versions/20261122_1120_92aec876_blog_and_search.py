"""The journal, and searches."""

import sqlalchemy as sa
from alembic import op

revision = "92aec876"
down_revision = "59eef655"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blog_categories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("image", sa.String(length=200), nullable=True),
        sa.Column("seo_title", sa.String(length=120), nullable=True),
        sa.Column("seo_description", sa.String(length=320), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name="fk_blog_categories_category_id_categories",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_blog_categories"),
        sa.UniqueConstraint("slug", name="uq_blog_categories_slug"),
    )
    op.create_index("ix_blog_categories_category_id", "blog_categories", ["category_id"])
    op.create_index("ix_blog_categories_is_active", "blog_categories", ["is_active"])
    op.create_table(
        "blog_posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_html", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("image", sa.String(length=200), nullable=True),
        sa.Column("image_alt", sa.String(length=320), nullable=True),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("featured", sa.Boolean(), nullable=False),
        sa.Column("seo_title", sa.String(length=120), nullable=True),
        sa.Column("seo_description", sa.String(length=320), nullable=True),
        sa.Column("seo_keywords", sa.JSON(), nullable=False),
        sa.Column("view_count", sa.Integer(), nullable=False),
        sa.Column("likes", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("shares", sa.Integer(), nullable=False),
        sa.Column("reading_time_minutes", sa.Integer(), nullable=True),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name=op.f("ck_blog_posts_published_at")
        ),
        sa.CheckConstraint("status IN ('draft', 'published', 'archived')", name=op.f("ck_blog_posts_status")),
        sa.CheckConstraint("reading_time_minutes > 0", name=op.f("ck_blog_posts_reading_time_minutes")),
        sa.CheckConstraint(
            "view_count >= 0 AND likes >= 0 AND comments >= 0 AND shares >= 0",
            name=op.f("ck_blog_posts_counters"),
        ),
        sa.CheckConstraint("word_count >= 0", name=op.f("ck_blog_posts_word_count")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name="fk_blog_posts_author_id_users", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["blog_categories.id"],
            name="fk_blog_posts_category_id_blog_categories",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["updated_by"], ["users.id"], name="fk_blog_posts_updated_by_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_blog_posts"),
        sa.UniqueConstraint("slug", name="uq_blog_posts_slug"),
    )
    op.create_index("ix_blog_posts_author_id", "blog_posts", ["author_id"])
    op.create_index(
        "ix_blog_posts_category_id_status_published_at",
        "blog_posts",
        ["category_id", "status", "published_at"],
    )
    op.create_index("ix_blog_posts_featured", "blog_posts", ["featured"])
    op.create_index("ix_blog_posts_published_at", "blog_posts", ["published_at"])
    op.create_index("ix_blog_posts_status_published_at", "blog_posts", ["status", "published_at"])
    op.create_index("ix_blog_posts_updated_by", "blog_posts", ["updated_by"])
    op.create_index("ix_blog_posts_view_count", "blog_posts", ["view_count"])
    op.create_table(
        "search_histories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("session_hash", sa.String(length=64), nullable=True),
        sa.Column("query", sa.String(length=200), nullable=False),
        sa.Column("normalised_query", sa.String(length=200), nullable=False),
        sa.Column("query_type", sa.String(length=24), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("result_count", sa.Integer(), nullable=False),
        sa.Column("used_correction", sa.Boolean(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column(
            "converted_to_order",
            sa.Boolean(),
            sa.Computed("order_id IS NOT NULL", persisted=True),
            nullable=False,
        ),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "query_type IN ('text', 'category', 'filter')", name=op.f("ck_search_histories_query_type")
        ),
        sa.CheckConstraint("result_count >= 0", name=op.f("ck_search_histories_result_count")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name="fk_search_histories_order_id_orders", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_search_histories_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_histories"),
    )
    op.create_index("ix_search_histories_converted_to_order", "search_histories", ["converted_to_order"])
    op.create_index(
        "ix_search_histories_normalised_query_timestamp",
        "search_histories",
        ["normalised_query", "timestamp"],
    )
    op.create_index("ix_search_histories_order_id", "search_histories", ["order_id"])
    op.create_index("ix_search_histories_query", "search_histories", ["query"])
    op.create_index("ix_search_histories_session_hash", "search_histories", ["session_hash"])
    op.create_index("ix_search_histories_timestamp", "search_histories", ["timestamp"])
    op.create_index(
        "ix_search_histories_user_id_query_timestamp", "search_histories", ["user_id", "query", "timestamp"]
    )
    op.create_index("ix_search_histories_user_id_timestamp", "search_histories", ["user_id", "timestamp"])
    op.create_table(
        "blog_tags",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["blog_posts.id"], name="fk_blog_tags_post_id_blog_posts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "slug", name="pk_blog_tags"),
    )
    op.create_index("ix_blog_tags_slug", "blog_tags", ["slug"])
    op.create_table(
        "blog_view_days",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.CheckConstraint("views > 0", name=op.f("ck_blog_view_days_views")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["blog_posts.id"], name="fk_blog_view_days_post_id_blog_posts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", "day", name="pk_blog_view_days"),
    )
    op.create_index("ix_blog_view_days_day", "blog_view_days", ["day"])
    op.create_table(
        "search_clicks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("clicked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("position > 0", name=op.f("ck_search_clicks_position")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_search_clicks_product_id_products", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["search_histories.id"],
            name="fk_search_clicks_search_id_search_histories",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_clicks"),
    )
    op.create_index("ix_search_clicks_product_id", "search_clicks", ["product_id"])
    op.create_index("ix_search_clicks_search_id_clicked_at", "search_clicks", ["search_id", "clicked_at"])


def downgrade() -> None:
    op.drop_table("search_clicks")
    op.drop_table("blog_view_days")
    op.drop_table("blog_tags")
    op.drop_table("search_histories")
    op.drop_table("blog_posts")
    op.drop_table("blog_categories")

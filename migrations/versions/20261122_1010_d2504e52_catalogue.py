"""What is made: shelves, products, pictures, help pages."""

import sqlalchemy as sa
from alembic import op

revision = "d2504e52"
down_revision = "c9022680"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_version_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_version"),
    )
    op.create_table(
        "categories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("image", sa.String(length=200), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("seo_title", sa.String(length=120), nullable=True),
        sa.Column("seo_description", sa.String(length=320), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_categories_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["categories.id"], name="fk_categories_parent_id_categories", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_categories"),
        sa.UniqueConstraint("slug", name="uq_categories_slug"),
    )
    op.create_index("ix_categories_parent_id", "categories", ["parent_id"])
    op.create_table(
        "pages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("seo_description", sa.String(length=320), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
        sa.UniqueConstraint("slug", name="uq_pages_slug"),
    )
    op.create_table(
        "products",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("slug", sa.String(length=160), nullable=True),
        sa.Column("sku", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=320), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("story_html", sa.Text(), nullable=False),
        sa.Column("care", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=120), nullable=False),
        sa.Column("dimensions", sa.String(length=120), nullable=False),
        sa.Column("vendor", sa.String(length=120), nullable=False),
        sa.Column("option_names", sa.JSON(), nullable=False),
        sa.Column("option_values", sa.JSON(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("sale_price", sa.BigInteger(), nullable=True),
        sa.Column("sale_starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sale_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax_class", sa.String(length=40), nullable=False),
        sa.Column("weight_grams", sa.Integer(), nullable=False),
        sa.Column("is_gift_card", sa.Boolean(), nullable=False),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.Column("rating_total", sa.Integer(), nullable=False),
        sa.Column("sold_count", sa.Integer(), nullable=False),
        sa.Column("seo_title", sa.String(length=120), nullable=True),
        sa.Column("seo_description", sa.String(length=320), nullable=True),
        sa.Column("source_urls", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'choice') = (parent_id IS NOT NULL)", name=op.f("ck_products_choice_has_parent")
        ),
        sa.CheckConstraint("(kind = 'choice') = (slug IS NULL)", name=op.f("ck_products_page_has_slug")),
        sa.CheckConstraint(
            "(kind = 'family') = (price IS NULL)", name=op.f("ck_products_family_has_no_price")
        ),
        sa.CheckConstraint("(kind = 'family') = (sku IS NULL)", name=op.f("ck_products_family_has_no_sku")),
        sa.CheckConstraint("kind IN ('single', 'family', 'choice')", name=op.f("ck_products_kind")),
        sa.CheckConstraint("status IN ('draft', 'active', 'archived')", name=op.f("ck_products_status")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_products_price")),
        sa.CheckConstraint(
            "rating_count >= 0 AND rating_total BETWEEN rating_count AND 5 * rating_count",
            name=op.f("ck_products_rating"),
        ),
        sa.CheckConstraint("sale_ends_at > sale_starts_at", name=op.f("ck_products_sale_window")),
        sa.CheckConstraint("sale_price >= 0 AND sale_price < price", name=op.f("ck_products_sale_price")),
        sa.CheckConstraint("weight_grams >= 0", name=op.f("ck_products_weight")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["products.id"], name="fk_products_parent_id_products", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.UniqueConstraint("sku", name="uq_products_sku"),
        sa.UniqueConstraint("slug", name="uq_products_slug"),
    )
    op.create_index("ix_products_parent_id", "products", ["parent_id"])
    op.create_index("ix_products_status_kind_published_at", "products", ["status", "kind", "published_at"])
    op.create_table(
        "product_attributes",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('material', 'colour', 'size', 'tag')", name=op.f("ck_product_attributes_kind")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_product_attributes_product_id_products",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "kind", "value", name="pk_product_attributes"),
    )
    op.create_index("ix_product_attributes_kind_value", "product_attributes", ["kind", "value"])
    op.create_table(
        "product_categories",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name="fk_product_categories_category_id_categories",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_product_categories_product_id_products",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "category_id", name="pk_product_categories"),
    )
    op.create_index("ix_product_categories_category_id", "product_categories", ["category_id"])
    op.create_table(
        "product_images",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stem", sa.String(length=200), nullable=False),
        sa.Column("alt", sa.String(length=320), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("widths", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_product_images_size")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_product_images_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_product_images"),
    )
    op.create_index("ix_product_images_product_id_position", "product_images", ["product_id", "position"])
    op.create_table(
        "related_products",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("related_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("product_id <> related_id", name=op.f("ck_related_products_itself")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_related_products_product_id_products",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["related_id"],
            ["products.id"],
            name="fk_related_products_related_id_products",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "related_id", name="pk_related_products"),
    )
    op.create_index("ix_related_products_related_id", "related_products", ["related_id"])
    op.create_table(
        "slug_redirects",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("slug", sa.String(length=160), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'product') = (product_id IS NOT NULL) AND (kind = 'category') = (category_id IS "
            "NOT NULL)",
            name=op.f("ck_slug_redirects_target"),
        ),
        sa.CheckConstraint("kind IN ('product', 'category')", name=op.f("ck_slug_redirects_kind")),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name="fk_slug_redirects_category_id_categories",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_slug_redirects_product_id_products", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "slug", name="pk_slug_redirects"),
    )
    op.create_index("ix_slug_redirects_category_id", "slug_redirects", ["category_id"])
    op.create_index("ix_slug_redirects_product_id", "slug_redirects", ["product_id"])
    op.execute("INSERT INTO catalogue_version (id, version) VALUES (1, 1)")


def downgrade() -> None:
    op.drop_table("slug_redirects")
    op.drop_table("related_products")
    op.drop_table("product_images")
    op.drop_table("product_categories")
    op.drop_table("product_attributes")
    op.drop_table("products")
    op.drop_table("pages")
    op.drop_table("categories")
    op.drop_table("catalogue_version")

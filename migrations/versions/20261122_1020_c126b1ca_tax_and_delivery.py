"""Tax rates and delivery zones."""

import sqlalchemy as sa
from alembic import op

revision = "c126b1ca"
down_revision = "d2504e52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shipping_zones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("free_above", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_rest_of_world", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("free_above >= 0", name=op.f("ck_shipping_zones_free_above")),
        sa.PrimaryKeyConstraint("id", name="pk_shipping_zones"),
        sa.UniqueConstraint("name", name="uq_shipping_zones_name"),
    )
    op.create_index(
        "uq_shipping_zones_rest_of_world",
        "shipping_zones",
        ["is_rest_of_world"],
        unique=True,
        sqlite_where=sa.text("is_rest_of_world"),
        postgresql_where=sa.text("is_rest_of_world"),
    )
    op.create_table(
        "tax_rates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tax_class", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("postal_prefix", sa.String(length=12), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tax_class <> ''", name=op.f("ck_tax_rates_tax_class")),
        sa.CheckConstraint(
            "length(country) = 2 AND country = upper(country)", name=op.f("ck_tax_rates_country")
        ),
        sa.CheckConstraint("rate BETWEEN 0 AND 1000000", name=op.f("ck_tax_rates_rate")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_tax_rates_window")),
        sa.PrimaryKeyConstraint("id", name="pk_tax_rates"),
        sa.UniqueConstraint(
            "country",
            "region",
            "postal_prefix",
            "tax_class",
            "valid_from",
            name="uq_tax_rates_country_region_postal_prefix_tax_class_valid_from",
        ),
    )
    op.create_index(
        "uq_tax_rates_since_ever",
        "tax_rates",
        ["country", "region", "postal_prefix", "tax_class"],
        unique=True,
        sqlite_where=sa.text("valid_from IS NULL"),
        postgresql_where=sa.text("valid_from IS NULL"),
    )
    op.create_table(
        "shipping_methods",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("handling_days", sa.Integer(), nullable=False),
        sa.Column("transit_days_min", sa.Integer(), nullable=False),
        sa.Column("transit_days_max", sa.Integer(), nullable=False),
        sa.Column("max_weight_grams", sa.Integer(), nullable=True),
        sa.Column("tax_class", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("code IN ('standard', 'express')", name=op.f("ck_shipping_methods_code")),
        sa.CheckConstraint("handling_days >= 0", name=op.f("ck_shipping_methods_handling_days")),
        sa.CheckConstraint("max_weight_grams > 0", name=op.f("ck_shipping_methods_max_weight")),
        sa.CheckConstraint(
            "transit_days_min >= 0 AND transit_days_max >= transit_days_min",
            name=op.f("ck_shipping_methods_transit_days"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"],
            ["shipping_zones.id"],
            name="fk_shipping_methods_zone_id_shipping_zones",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shipping_methods"),
        sa.UniqueConstraint("zone_id", "code", name="uq_shipping_methods_zone_id_code"),
    )
    op.create_table(
        "shipping_zone_countries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "length(country) = 2 AND country = upper(country)",
            name=op.f("ck_shipping_zone_countries_country"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"],
            ["shipping_zones.id"],
            name="fk_shipping_zone_countries_zone_id_shipping_zones",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shipping_zone_countries"),
        sa.UniqueConstraint("country", "region", name="uq_shipping_zone_countries_country_region"),
    )
    op.create_index("ix_shipping_zone_countries_zone_id", "shipping_zone_countries", ["zone_id"])
    op.create_table(
        "shipping_rate_bands",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("method_id", sa.Uuid(), nullable=False),
        sa.Column("over_grams", sa.Integer(), nullable=False),
        sa.Column("from_merchandise", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "over_grams >= 0 AND from_merchandise >= 0 AND price >= 0",
            name=op.f("ck_shipping_rate_bands_amounts"),
        ),
        sa.ForeignKeyConstraint(
            ["method_id"],
            ["shipping_methods.id"],
            name="fk_shipping_rate_bands_method_id_shipping_methods",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shipping_rate_bands"),
        sa.UniqueConstraint(
            "method_id",
            "over_grams",
            "from_merchandise",
            name="uq_shipping_rate_bands_method_id_over_grams_from_merchandise",
        ),
    )


def downgrade() -> None:
    op.drop_table("shipping_rate_bands")
    op.drop_table("shipping_zone_countries")
    op.drop_table("shipping_methods")
    op.drop_table("tax_rates")
    op.drop_table("shipping_zones")

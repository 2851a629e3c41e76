"""Categories, products, pictures, old addresses and the catalogue version."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import relationship

from kashcraft.catalogue.rules.kinds import AttributeKind as AttributeKind
from kashcraft.catalogue.rules.kinds import ChangeScope as ChangeScope
from kashcraft.catalogue.rules.kinds import Status as Status
from kashcraft.catalogue.rules.prices import price_now
from kashcraft.core.db import (
    CreatedAt,
    Currency,
    Id,
    Mapped,
    Minor,
    Model,
    UpdatedAt,
    Whole,
    enum_column,
    mapped_column,
    primary_key,
)
from kashcraft.core.ids import CategoryId, ProductId, UserId
from kashcraft.core.text_folding import search_key

# The products whose sale may begin or end.
HAS_SALE = sa.text("sale_price IS NOT NULL OR sale_announced")


def _key_of(column: str) -> Any:
    """Return the default of a column that has the search key of another one; updates set both."""
    return lambda context: search_key(context.get_current_parameters()[column])


class Kind(StrEnum):
    """The kind of a product row: a product without variants, the parent of variants, or a variant."""

    SINGLE = "single"
    PARENT = "family"
    VARIANT = "choice"


class RedirectKind(StrEnum):
    """The kind of page that an old slug redirects to."""

    PRODUCT = "product"
    CATEGORY = "category"


class Category(Model):
    """A category of the shop; categories form a tree."""

    __tablename__ = "categories"
    __table_args__ = (sa.CheckConstraint("parent_id <> id", name="parent"),)

    id: Mapped[CategoryId] = primary_key()
    parent_id: Mapped[CategoryId | None] = mapped_column(
        sa.ForeignKey("categories.id", ondelete="RESTRICT"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(255))
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    image: Mapped[str | None] = mapped_column(sa.String(200))
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    seo_title: Mapped[str | None] = mapped_column(sa.String(120))
    seo_description: Mapped[str | None] = mapped_column(sa.String(320))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]


class Product(Model):
    """A product without variants, the parent of variants, or a variant (see ``Kind``); amounts are minor
    units.
    """

    __tablename__ = "products"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'choice') = (parent_id IS NOT NULL)", name="choice_has_parent"),
        sa.CheckConstraint("(kind = 'choice') = (slug IS NULL)", name="page_has_slug"),
        sa.CheckConstraint("(kind = 'family') = (price IS NULL)", name="family_has_no_price"),
        sa.CheckConstraint("(kind = 'family') = (sku IS NULL)", name="family_has_no_sku"),
        sa.CheckConstraint("price >= 0", name="price"),
        sa.CheckConstraint("sale_price >= 0 AND sale_price < price", name="sale_price"),
        sa.CheckConstraint("sale_ends_at > sale_starts_at", name="sale_window"),
        sa.CheckConstraint(
            "reference_price IS NULL OR (sale_price IS NOT NULL AND reference_price > sale_price)",
            name="reference_price",
        ),
        sa.CheckConstraint("weight_grams >= 0", name="weight"),
        sa.CheckConstraint(
            "rating_count >= 0 AND rating_total BETWEEN rating_count AND 5 * rating_count", name="rating"
        ),
        sa.Index("ix_products_status_kind_published_at", "status", "kind", "published_at"),
        sa.Index("ix_products_sales", "id", sqlite_where=HAS_SALE, postgresql_where=HAS_SALE),
    )

    id: Mapped[ProductId] = primary_key()
    kind: Mapped[Kind] = enum_column(Kind, "kind")
    parent_id: Mapped[ProductId | None] = mapped_column(
        sa.ForeignKey("products.id", ondelete="RESTRICT"), index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    status: Mapped[Status] = enum_column(Status, "status", default=Status.DRAFT)
    slug: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    sku: Mapped[str | None] = mapped_column(sa.String(255), unique=True)
    name: Mapped[str] = mapped_column(sa.String(255))
    name_key: Mapped[str] = mapped_column(sa.Text, default=_key_of("name"), server_default="")
    summary: Mapped[str] = mapped_column(sa.String(320), default="")
    description: Mapped[str] = mapped_column(sa.Text, default="")
    description_html: Mapped[str] = mapped_column(sa.Text, default="")
    care: Mapped[str] = mapped_column(sa.Text, default="")
    origin: Mapped[str] = mapped_column(sa.String(120), default="")
    dimensions: Mapped[str] = mapped_column(sa.String(120), default="")
    vendor: Mapped[str] = mapped_column(sa.String(255), default="")
    option_names: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    option_values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    price: Mapped[Minor | None]
    sale_price: Mapped[Minor | None]
    sale_starts_at: Mapped[datetime | None]
    sale_ends_at: Mapped[datetime | None]
    # The lowest price of the 30 days before the sale, where it is higher: ``rules.reference_price``.
    reference_price: Mapped[Minor | None]
    # Whether ``SaleBegan`` was published, and ``SaleEnded`` not yet.
    sale_announced: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    cost: Mapped[Minor | None]
    currency: Mapped[Currency]
    tax_class: Mapped[str] = mapped_column(sa.String(40), default="standard")
    weight_grams: Mapped[int] = mapped_column(default=0)
    is_gift_card: Mapped[bool] = mapped_column(default=False)
    one_of_a_kind: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    rating_count: Mapped[int] = mapped_column(default=0)
    rating_total: Mapped[int] = mapped_column(default=0)
    sold_count: Mapped[int] = mapped_column(default=0)
    seo_title: Mapped[str | None] = mapped_column(sa.String(255))
    seo_description: Mapped[str | None] = mapped_column(sa.String(1024))
    source_urls: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    maker: Mapped[str] = mapped_column(sa.String(255), default="", server_default="")
    maker_address: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    responsible_person: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    safety_warnings: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    hs_code: Mapped[str] = mapped_column(sa.String(12), default="", server_default="")
    origin_country: Mapped[str] = mapped_column(sa.String(2), default="", server_default="")
    publish_at: Mapped[datetime | None] = mapped_column(index=True)
    published_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    parent: Mapped[Product | None] = relationship(
        remote_side="Product.id", back_populates="variants", lazy="raise"
    )
    variants: Mapped[list[Product]] = relationship(
        back_populates="parent", order_by="Product.position", lazy="raise", passive_deletes="all"
    )
    images: Mapped[list[ProductImage]] = relationship(
        order_by="ProductImage.position", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    attributes: Mapped[list[ProductAttribute]] = relationship(
        order_by="ProductAttribute.position", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )
    categories: Mapped[list[ProductCategory]] = relationship(
        order_by="ProductCategory.position", lazy="raise", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def can_be_bought(self) -> bool:
        """Return whether this row, by its kind and status, can be put into a cart."""
        return self.kind is not Kind.PARENT and self.status is Status.ACTIVE

    @property
    def page_id(self) -> ProductId:
        """Return the id of the row with the page: the parent of a variant, else the product itself."""
        return self.parent_id or self.id

    def was_archived_with(self, parent: Product) -> bool:
        """Return whether this variant was archived together with its parent and is restored with it."""
        return (
            self.status is parent.status is Status.ARCHIVED
            and self.archived_at is not None
            and self.archived_at == parent.archived_at
        )

    def price_at(self, moment: datetime) -> int:
        """Return the price at ``moment`` in minor units: the sale price during the sale, else the regular
        one.
        """
        if self.price is None:
            raise ValueError("a product with variants has no price of its own")
        return price_now(self.price, self.sale_price, self.sale_starts_at, self.sale_ends_at, moment)


class PriceChange(Model):
    """The prices of a product or variant from ``changed_at`` until its next change; amounts are minor units.

    The first row of a product opens its history. Rows are never changed or purged.
    """

    __tablename__ = "price_changes"
    __table_args__ = (
        sa.CheckConstraint("price >= 0", name="price"),
        sa.CheckConstraint("sale_price >= 0 AND sale_price < price", name="sale_price"),
        sa.CheckConstraint("sale_ends_at > sale_starts_at", name="sale_window"),
        sa.Index("ix_price_changes_product_id_changed_at", "product_id", "changed_at"),
    )

    id: Mapped[Id]
    product_id: Mapped[ProductId] = mapped_column(sa.ForeignKey("products.id", ondelete="CASCADE"))
    price: Mapped[Minor]
    sale_price: Mapped[Minor | None]
    sale_starts_at: Mapped[datetime | None]
    sale_ends_at: Mapped[datetime | None]
    currency: Mapped[Currency]
    changed_at: Mapped[datetime]
    user_id: Mapped[UserId | None] = mapped_column(sa.ForeignKey("users.id", ondelete="SET NULL"), index=True)


class ProductCategory(Model):
    """A product in a category; position 0 is its main category."""

    __tablename__ = "product_categories"

    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    category_id: Mapped[CategoryId] = mapped_column(
        sa.ForeignKey("categories.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class ProductAttribute(Model):
    """A material, color, size or tag of a product by which visitors filter."""

    __tablename__ = "product_attributes"
    __table_args__ = (sa.Index("ix_product_attributes_kind_value", "kind", "value"),)

    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[AttributeKind] = enum_column(AttributeKind, "kind", primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    value_key: Mapped[str] = mapped_column(sa.Text, default=_key_of("value"), server_default="")
    position: Mapped[int] = mapped_column(default=0)


class ProductImage(Model):
    """A picture of a product page; ``stem`` is its path below the media folder without width and ending.

    It shows the whole product unless ``ProductImageVariant`` assigns it to some of its variants.
    """

    __tablename__ = "product_images"
    __table_args__ = (
        sa.CheckConstraint("width > 0 AND height > 0", name="size"),
        sa.Index("ix_product_images_product_id_position", "product_id", "position"),
    )

    id: Mapped[Id]
    product_id: Mapped[ProductId] = mapped_column(sa.ForeignKey("products.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    stem: Mapped[str] = mapped_column(sa.String(200))
    alt: Mapped[str] = mapped_column(sa.String(512))
    width: Mapped[int]
    height: Mapped[int]
    widths: Mapped[str] = mapped_column(sa.String(80))
    created_at: Mapped[CreatedAt]


class ProductImageVariant(Model):
    """A variant that a picture shows; a picture can show several."""

    __tablename__ = "product_image_variants"

    image_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("product_images.id", ondelete="CASCADE"), primary_key=True
    )
    variant_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RelatedProduct(Model):
    """A related product, chosen by staff."""

    __tablename__ = "related_products"
    __table_args__ = (sa.CheckConstraint("product_id <> related_id", name="itself"),)

    product_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True
    )
    related_id: Mapped[ProductId] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)


class SlugRedirect(Model):
    """A former slug of a product or category, which redirects to the current one."""

    __tablename__ = "slug_redirects"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'product') = (product_id IS NOT NULL)"
            " AND (kind = 'category') = (category_id IS NOT NULL)",
            name="target",
        ),
    )

    kind: Mapped[RedirectKind] = enum_column(RedirectKind, "kind", primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(160), primary_key=True)
    product_id: Mapped[ProductId | None] = mapped_column(
        sa.ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    category_id: Mapped[CategoryId | None] = mapped_column(
        sa.ForeignKey("categories.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[CreatedAt]


class CatalogueVersion(Model):
    """The single row with the number that rises with every change that a catalogue page could show."""

    __tablename__ = "catalogue_version"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(sa.BigInteger)


class CatalogueChange(Model):
    """What a version of the catalogue has changed; ``product_id`` is the page of a changed product.

    Every version has at least one row, until ``services.purge_changes`` deletes it.
    """

    __tablename__ = "catalogue_changes"

    id: Mapped[Whole] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    scope: Mapped[ChangeScope] = enum_column(ChangeScope, "scope")
    # Without a foreign key: the row announces a change, and outlives nothing that depends on it.
    product_id: Mapped[ProductId | None] = mapped_column(sa.Uuid())

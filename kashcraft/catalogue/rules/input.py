"""Input for products, variants and prices, and the checks before it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from slugify import slugify

from kashcraft.catalogue.rules.kinds import AttributeKind, Status
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import CategoryId
from kashcraft.core.money import Money

_OPTION_KINDS = {
    "material": AttributeKind.MATERIAL,
    "color": AttributeKind.COLOUR,
    "colour": AttributeKind.COLOUR,
    "size": AttributeKind.SIZE,
}


@dataclass(frozen=True, kw_only=True)
class SafetyInput:
    """What product safety and customs papers need: the maker with an address, who answers for the product,
    warnings, the HS code and the ISO code of the country of origin.
    """

    maker: str = ""
    maker_address: str = ""
    responsible_person: str = ""
    safety_warnings: str = ""
    hs_code: str = ""
    origin_country: str = ""


@dataclass(frozen=True, kw_only=True)
class PageInput:
    """The content of a product page.

    ``description`` and ``care`` are Markdown. ``description_html`` is for imports that have HTML instead; it
    is sanitized again. Without ``slug`` one is made from the name. The first of ``category_ids`` is the main
    category. Without ``safety`` a product keeps what is stored of it. A draft is published at ``publish_at``.
    """

    name: str
    slug: str | None = None
    summary: str = ""
    description: str = ""
    description_html: str | None = None
    care: str = ""
    origin: str = ""
    dimensions: str = ""
    vendor: str = ""
    status: Status = Status.ACTIVE
    category_ids: tuple[CategoryId, ...] = ()
    materials: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    seo_title: str | None = None
    seo_description: str | None = None
    source_urls: tuple[str, ...] = ()
    published_at: datetime | None = None
    publish_at: datetime | None = None
    safety: SafetyInput | None = None

    def attributes(self) -> dict[AttributeKind, tuple[str, ...]]:
        """Return the filter values of the page by kind."""
        return {
            AttributeKind.MATERIAL: self.materials,
            AttributeKind.COLOUR: self.colours,
            AttributeKind.SIZE: self.sizes,
            AttributeKind.TAG: self.tags,
        }


@dataclass(frozen=True, kw_only=True)
class SkuInput:
    """The SKU, price, cost and weight of what can be bought; the sale includes its start and excludes its
    end.

    ``one_of_a_kind`` means that no further unit will exist, so pages do not present the last unit as a reason
    to hurry.
    """

    sku: str
    price: Money
    sale_price: Money | None = None
    sale_starts_at: datetime | None = None
    sale_ends_at: datetime | None = None
    cost: Money | None = None
    weight_grams: int = 0
    tax_class: str = "standard"
    is_gift_card: bool = False
    one_of_a_kind: bool = False


@dataclass(frozen=True, kw_only=True)
class VariantInput:
    """A variant: a value for each option of its product, and its SKU and price.

    Values of options called size, color or material are also filter values; ``colours``, ``sizes`` and
    ``materials`` replace them.
    """

    option_values: Mapping[str, str]
    sold: SkuInput
    materials: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    source_urls: tuple[str, ...] = field(default=())

    def attributes(self) -> dict[AttributeKind, tuple[str, ...]]:
        """Return the filter values of the variant by kind."""
        own = {
            AttributeKind.MATERIAL: self.materials,
            AttributeKind.COLOUR: self.colours,
            AttributeKind.SIZE: self.sizes,
        }
        derived = attributes_of_options(self.option_values)
        return {kind: own[kind] or derived.get(kind, ()) for kind in own}


def attributes_of_options(values: Mapping[str, str]) -> dict[AttributeKind, tuple[str, ...]]:
    """Return the filter values that follow from option values by the names of their options."""
    found: dict[AttributeKind, tuple[str, ...]] = {}
    for name, value in values.items():
        kind = _OPTION_KINDS.get(name.strip().lower())
        if kind is not None:
            found[kind] = (value,)
    return found


def clean_values(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values trimmed to 255 characters each, without empty and repeated ones, in their order."""
    return tuple(dict.fromkeys(text for value in values if (text := " ".join(value.split())[:255].rstrip())))


def slug_from(text: str, limit: int = 160) -> str:
    """Return ``text`` as lower-case words joined by hyphens. Raises DomainError('slug_empty') if none
    remain.
    """
    slug = slugify(text, max_length=limit, word_boundary=True)
    if not slug:
        raise DomainError("slug_empty", field="slug")
    return slug


def checked_price(sold: SkuInput) -> SkuInput:
    """Return ``sold`` unchanged if it is valid, else raise DomainError.

    Codes: sku_empty, price_negative, sale_price_not_lower (it must be below the price), sale_window (it must
    end after its start), currency_mismatch, weight_negative.
    """
    if not sold.sku.strip():
        raise DomainError("sku_empty", field="sku")
    amounts = [amount for amount in (sold.sale_price, sold.cost) if amount is not None]
    if any(amount.currency != sold.price.currency for amount in amounts):
        raise DomainError("currency_mismatch", field="price")
    if sold.price.minor < 0 or any(amount.minor < 0 for amount in amounts):
        raise DomainError("price_negative", field="price")
    if sold.sale_price is not None and sold.sale_price >= sold.price:
        raise DomainError("sale_price_not_lower", field="sale_price")
    if sold.sale_starts_at and sold.sale_ends_at and sold.sale_ends_at <= sold.sale_starts_at:
        raise DomainError("sale_window", field="sale_ends_at")
    if sold.weight_grams < 0:
        raise DomainError("weight_negative", field="weight_grams")
    return sold


def checked_variants(option_names: Sequence[str], variants: Sequence[VariantInput]) -> Sequence[VariantInput]:
    """Return ``variants`` unchanged if they are valid, else raise DomainError.

    Codes: no_options, no_choices (no variants), option_values (a variant misses or adds an option),
    choice_twice (two variants have the same values), sku_taken (two have the same SKU), currency_mismatch.
    """
    if not option_names or len(set(option_names)) != len(option_names):
        raise DomainError("no_options", field="option_names")
    if not variants:
        raise DomainError("no_choices")
    seen: set[tuple[str, ...]] = set()
    skus: set[str] = set()
    for variant in variants:
        checked_price(variant.sold)
        if set(variant.option_values) != set(option_names):
            raise DomainError("option_values", sku=variant.sold.sku)
        values = tuple(variant.option_values[name] for name in option_names)
        if values in seen:
            raise DomainError("choice_twice", values=list(values))
        if variant.sold.sku in skus:
            raise DomainError("sku_taken", field="sku", sku=variant.sold.sku)
        seen.add(values)
        skus.add(variant.sold.sku)
    if len({variant.sold.price.currency for variant in variants}) > 1:
        raise DomainError("currency_mismatch", field="price")
    return variants

"""The changes of an import: each product of the file is created, changed by certain fields, or unchanged."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.product_csv.rules.document import Remarks
from kashcraft.product_csv.rules.handles import category_slug_of
from kashcraft.product_csv.rules.html_to_markdown import to_markdown
from kashcraft.product_csv.rules.products import CsvImage, CsvProduct, CsvVariant
from kashcraft.product_csv.rules.sales import Sale, ending, sale_after
from kashcraft.product_csv.rules.shop import ShopProduct, ShopVariant
from kashcraft.product_csv.rules.skus import Skus

_OWN_PICTURE = re.compile(r"/media/(?P<stem>.+)-\d+\.(?:webp|avif)$")


class PlannedOutcome(StrEnum):
    """The outcome of an import for a product."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its old and new value as text; ``of`` names the variant or picture, if any."""

    field: str
    old: str
    new: str
    of: str = ""

    def __str__(self) -> str:
        """Return the change as one line, long texts shortened."""
        label = f"{self.of}, {self.field}" if self.of else self.field
        return f"{label}: {_short(self.old)} -> {_short(self.new)}"


@dataclass(frozen=True, slots=True)
class VariantPlan:
    """The planned changes of a variant; ``existing`` is None for a new one.

    ``picture`` is the stem of the picture that is to show it, empty where that stays unchanged; ``sale`` is
    its sale with the prices of the file.
    """

    variant: CsvVariant
    sku: str
    existing: ShopVariant | None
    changes: tuple[FieldChange, ...]
    picture: str = ""
    sale: Sale | None = None


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """The planned changes of a product; ``pictures`` are added, ``alts`` are new texts of existing pictures
    by stem.
    """

    product: CsvProduct
    existing: ShopProduct | None
    changes: tuple[FieldChange, ...]
    variants: tuple[VariantPlan, ...]
    pictures: tuple[CsvImage, ...]
    alts: Mapping[str, str]
    addresses: tuple[str, ...]

    @property
    def outcome(self) -> PlannedOutcome:
        """Return whether the product is created, changed or unchanged."""
        if self.existing is None:
            return PlannedOutcome.CREATED
        touched = self.changes or any(plan.changes or plan.existing is None for plan in self.variants)
        return PlannedOutcome.CHANGED if touched else PlannedOutcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Context:
    """What planning needs besides the products: the columns of the file, existing products, and SKUs in use.

    ``products`` are the shop's by slug, ``skus`` the owner of each SKU, ``stems`` the stems of the file's
    local pictures by product slug and source. ``day`` formats the days of sales. ``link`` changes links to
    the shop's own host.
    """

    currency: str
    columns: Collection[str]
    products: Mapping[str, ShopProduct]
    skus: Mapping[str, ProductId]
    stems: Mapping[tuple[str, str], str]
    day: Callable[[datetime], str]
    link: Callable[[str], str] = str


def plan_import(products: Sequence[CsvProduct], context: Context) -> tuple[list[ProductPlan], Remarks]:
    """Return the plan of each product of a file, with the errors that forbid it and notes on SKUs.

    Fields of missing columns stay unchanged. So do SKU, type, cost and quantity with an empty cell, the
    quantity of variants that are not counted, variants and pictures that the file does not name, and a sale
    that does not run now.
    """
    remarks = Remarks()
    named = {variant.sku for product in products for variant in product.variants if variant.sku}
    skus = Skus(context.skus, named)
    plans = []
    for product in products:
        existing = context.products.get(product.slug)
        if existing is not None:
            if not _same_shape(product, existing, context, remarks):
                continue
            product = _spelled_as(product, existing)
        known = _known(product, existing)
        variants = tuple(
            _plan_variant(product, variant, found, existing, skus, context, remarks)
            for variant, found in zip(product.variants, known, strict=True)
        )
        plans.append(_plan_product(product, existing, variants, context))
    return plans, remarks.in_order()


def _same_shape(product: CsvProduct, existing: ShopProduct, context: Context, remarks: Remarks) -> bool:
    """Return whether a product has the same options and is or is no gift card in both; record errors
    otherwise.
    """
    if _folded(product.option_names) != _folded(existing.option_names):
        mine = ", ".join(existing.option_names) or "none"
        theirs = ", ".join(product.option_names) or "none"
        message = f"the shop has this product with the options {mine}, the file with {theirs}"
        remarks.refuse(product.row, "option1_name", message)
    elif "gift_card" in context.columns and product.is_gift_card != existing.is_gift_card:
        message = f"this product is {'a' if existing.is_gift_card else 'no'} gift card in the shop"
        remarks.refuse(product.row, "gift_card", message)
    else:
        return True
    return False


def _spelled_as(product: CsvProduct, existing: ShopProduct) -> CsvProduct:
    """Return a product with its options and values in the spelling of the shop."""
    spellings: list[dict[str, str]] = [{} for _ in existing.option_names]
    for mine in existing.variants:
        for known, value in zip(spellings, mine.values, strict=True):
            known.setdefault(value.casefold(), value)
    variants = tuple(
        replace(
            variant,
            values=tuple(
                known.get(value.casefold(), value)
                for known, value in zip(spellings, variant.values, strict=True)
            ),
        )
        for variant in product.variants
    )
    return replace(product, option_names=existing.option_names, variants=variants)


def _plan_variant(
    product: CsvProduct,
    variant: CsvVariant,
    found: ShopVariant | None,
    existing: ShopProduct | None,
    skus: Skus,
    context: Context,
    remarks: Remarks,
) -> VariantPlan:
    if product.is_gift_card or (existing and existing.is_gift_card):
        # Gift cards are created when they are sold, so they have no stock to count.
        variant = replace(variant, is_counted=found.is_counted if found else True)
    known = (found.product_id, found.sku) if found else None
    sku, note = skus.assign(
        variant.sku, row=variant.row, slug=product.slug, values=variant.values, known=known
    )
    if note:
        remarks.note(variant.row, "sku", note)
    changes = tuple(_variant_changes(variant, sku, found, context)) if found else ()
    sale = sale_after(variant, found.sale if found else None)
    priced = found is not None and any(change.field == "price" for change in changes)
    if found and priced and (note := ending(found.sale, sale, context.day)):
        column = "price" if sale or "compare_at" not in context.columns else "compare_at"
        remarks.note(variant.row, column, note)
    if existing and found in existing.retired:
        changes = (
            FieldChange("choice", "archived", existing.publication, " / ".join(variant.values)),
            *changes,
        )
    stem = _stem(product, CsvImage(variant.row, variant.picture, ""), _stored(existing), context)
    if found is None or stem in ("", *found.pictures):
        return VariantPlan(variant, sku, found, changes, "" if found else stem, sale)
    shown = FieldChange("picture", ", ".join(found.pictures), variant.picture, " / ".join(found.values))
    return VariantPlan(variant, sku, found, (*changes, shown), stem, sale)


def _known(product: CsvProduct, existing: ShopProduct | None) -> list[ShopVariant | None]:
    """Return the shop's variant for each variant of the file, None for new ones.

    It is the current variant with the same values, or a retired one with the same SKU. Without a SKU in the
    file a retired one with the same values matches.
    """
    had = {_folded(mine.values): mine for mine in existing.variants} if existing else {}
    retired = list(existing.retired) if existing else []
    found: list[ShopVariant | None] = []
    for variant in product.variants:
        wanted = _folded(variant.values)
        again = [
            mine
            for mine in retired
            if (mine.sku == variant.sku if variant.sku else _folded(mine.values) == wanted)
        ]
        match = had.get(wanted) or next(iter(again), None)
        if match in retired:
            retired.remove(match)
        found.append(match)
    return found


def _folded(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value.casefold() for value in values)


def _stored(existing: ShopProduct | None) -> dict[str, str]:
    """Return the texts of a page's pictures by stem."""
    return {picture.stem: picture.alt for picture in existing.pictures} if existing else {}


def _variant_changes(
    variant: CsvVariant, sku: str, old: ShopVariant, context: Context
) -> Iterator[FieldChange]:
    of, has, currency = " / ".join(old.values), context.columns, context.currency
    if sku != old.sku:
        yield FieldChange("SKU", old.sku, sku, of)
    sale = sale_after(variant, old.sale)
    if (variant.price, sale) != (old.price, old.sale) and _prices_differ(variant, old, has):
        before = _prices(old.price, old.sale_price, currency)
        asked = sale.price if sale and not sale.is_planned else None
        yield FieldChange("price", before, _prices(variant.price, asked, currency), of)
    if variant.cost is not None and variant.cost != old.cost:
        yield FieldChange("cost", _amount(old.cost, currency), _amount(variant.cost, currency), of)
    if "grams" in has and variant.grams != old.grams:
        yield FieldChange("weight", f"{old.grams} g", f"{variant.grams} g", of)
    if _is_recounted(variant, old, has):
        counted = f"yes, {variant.quantity or 0} on hand"
        yield FieldChange("counted", *(("no", counted) if variant.is_counted else ("yes", "no")), of)
    elif old.is_counted and variant.quantity is not None and variant.quantity != old.quantity:
        yield FieldChange("quantity", str(old.quantity), str(variant.quantity), of)
    if "taxable" in has and variant.taxable != old.taxable:
        yield FieldChange("taxable", str(old.taxable).lower(), str(variant.taxable).lower(), of)


def _is_recounted(variant: CsvVariant, old: ShopVariant, columns: Collection[str]) -> bool:
    """Return whether the file starts or stops counting a variant."""
    return "tracker" in columns and variant.is_counted != old.is_counted


def _prices_differ(variant: CsvVariant, old: ShopVariant, columns: Collection[str]) -> bool:
    """Return whether the prices differ; without the column "compare at" the file has only the current
    price.
    """
    if "compare_at" in columns:
        return True
    return variant.price != (old.price if old.sale_price is None else old.sale_price)


def _plan_product(
    product: CsvProduct, existing: ShopProduct | None, variants: tuple[VariantPlan, ...], context: Context
) -> ProductPlan:
    stored = _stored(existing)
    added: list[CsvImage] = []
    addresses: list[str] = []
    alts: dict[str, str] = {}
    for image in product.images:
        stem = _stem(product, image, stored, context)
        if stem in stored:
            if image.alt and image.alt != stored[stem]:
                alts[stem] = image.alt
        elif image.is_address:
            addresses.append(image.source)
        else:
            added.append(image)
    remaining = existing.addresses if existing and not addresses else tuple(addresses)
    changes: list[FieldChange] = []
    if existing is not None:
        changes += _product_changes(product, existing, context)
        changes += [FieldChange("picture", "", image.source) for image in added]
        changes += [FieldChange("text", stored[stem], alt, stem) for stem, alt in alts.items()]
        if remaining != existing.addresses:
            changes.append(
                FieldChange("picture addresses", ", ".join(existing.addresses), ", ".join(remaining))
            )
        changes += [
            FieldChange("choice", "", " / ".join(plan.variant.values))
            for plan in variants
            if not plan.existing
        ]
    return ProductPlan(product, existing, tuple(changes), variants, tuple(added), alts, remaining)


def _stem(product: CsvProduct, image: CsvImage, stored: Mapping[str, str], context: Context) -> str:
    if not image.is_address:
        return context.stems.get((product.slug, image.source), "")
    own, known = _OWN_PICTURE.search(image.source), context.products.get(product.slug)
    if own and own["stem"] in stored:
        return own["stem"]
    return known.sources[image.source].stem if known and image.source in known.sources else ""


def _product_changes(product: CsvProduct, old: ShopProduct, context: Context) -> Iterator[FieldChange]:
    has = context.columns
    if product.name != old.name:
        yield FieldChange("title", old.name, product.name)
    if "body" in has and not _has_description(product.description, old, context):
        yield FieldChange("description", old.description, product.description)
    plain = (
        ("vendor", "vendor", old.vendor, product.vendor),
        ("seo_title", "SEO title", old.seo_title, product.seo_title),
        ("seo_description", "SEO description", old.seo_description, product.seo_description),
    )
    for column, field, before, after in plain:
        if column in has and before != after:
            yield FieldChange(field, before, after)
    if product.type and not _is_in_category(old, product.type):
        yield FieldChange("type", old.types[0] if old.types else "", product.type)
    if "tags" in has and {tag.casefold() for tag in product.tags} != {tag.casefold() for tag in old.tags}:
        yield FieldChange("tags", ", ".join(old.tags), ", ".join(product.tags))
    if {"status", "published"} & set(has) and product.publication != old.publication:
        yield FieldChange("status", old.publication, product.publication)


def _has_description(description: str, old: ShopProduct, context: Context) -> bool:
    """Return whether a page has a description already, maybe in other Markdown or with links that
    redirect.
    """
    return description in (old.description, to_markdown(old.description_html)) or (
        description == to_markdown(old.description_html, context.link)
    )


def _is_in_category(old: ShopProduct, type_name: str) -> bool:
    """Return whether a page is in the category of a type, which may have been renamed since."""
    known = {name.casefold() for name in old.types}
    return type_name.casefold() in known or category_slug_of(type_name) in old.type_slugs


def _amount(minor: int | None, currency: str) -> str:
    return str(Money(minor, currency).amount) if minor is not None else ""


def _prices(price: int, sale_price: int | None, currency: str) -> str:
    regular = _amount(price, currency)
    return regular if sale_price is None else f"{_amount(sale_price, currency)} (instead of {regular})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:59]}…”" if len(line) > 60 else f"“{line}”"

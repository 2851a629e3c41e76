"""What an import would change: every product of the file as created, changed or unchanged, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.product_csv.rules.document import Remarks
from kashcraft.product_csv.rules.handles import shelf_slug_of
from kashcraft.product_csv.rules.html_to_markdown import to_markdown
from kashcraft.product_csv.rules.products import CsvChoice, CsvImage, CsvProduct
from kashcraft.product_csv.rules.sales import Sale, ending, sale_after
from kashcraft.product_csv.rules.shop import ShopChoice, ShopProduct
from kashcraft.product_csv.rules.skus import Skus

_OWN_PICTURE = re.compile(r"/media/(?P<stem>.+)-\d+\.(?:webp|avif)$")


class PlannedOutcome(StrEnum):
    """What happens to a product of the file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that gets another value, as people read them; ``of`` names the choice or picture, if any."""

    field: str
    old: str
    new: str
    of: str = ""

    def __str__(self) -> str:
        """Return the change as one line, long texts shortened."""
        label = f"{self.of}, {self.field}" if self.of else self.field
        return f"{label}: {_short(self.old)} -> {_short(self.new)}"


@dataclass(frozen=True, slots=True)
class ChoicePlan:
    """What happens to one thing to buy; ``existing`` is None for a new one.

    ``picture`` is the stem of the picture that is to show it from now on, empty where that stays as it is;
    ``sale`` is the one that it has with the file's prices.
    """

    choice: CsvChoice
    sku: str
    existing: ShopChoice | None
    changes: tuple[FieldChange, ...]
    picture: str = ""
    sale: Sale | None = None


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """What happens to one product; ``pictures`` are to be added, ``alts`` are new texts of old ones."""

    product: CsvProduct
    existing: ShopProduct | None
    changes: tuple[FieldChange, ...]
    choices: tuple[ChoicePlan, ...]
    pictures: tuple[CsvImage, ...]
    alts: Mapping[str, str]
    addresses: tuple[str, ...]

    @property
    def outcome(self) -> PlannedOutcome:
        """Return whether the product is created, changed or left alone."""
        if self.existing is None:
            return PlannedOutcome.CREATED
        touched = self.changes or any(plan.changes or plan.existing is None for plan in self.choices)
        return PlannedOutcome.CHANGED if touched else PlannedOutcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class Context:
    """What planning needs to know beside the file: its columns, what exists, and which SKUs are taken.

    ``products`` are the shop's by slug, ``skus`` the owner of each SKU, ``stems`` where the file's local
    pictures would be stored, by product slug and source; ``day`` writes the days of sales. ``link`` is
    what happens to links whatever the import is told of old hosts.
    """

    currency: str
    columns: Collection[str]
    products: Mapping[str, ShopProduct]
    skus: Mapping[str, ProductId]
    stems: Mapping[tuple[str, str], str]
    day: Callable[[datetime], str]
    link: Callable[[str], str] = str


def plan_import(products: Sequence[CsvProduct], context: Context) -> tuple[list[ProductPlan], Remarks]:
    """Return what would happen to each product of a file, what forbids it, and which SKUs are not taken.

    Fields whose column is missing stay as they are; so do SKU, type, cost and quantity where the cell is
    empty, the quantity of what is not counted, choices and pictures that the file does not name, and a sale
    that does not run now.
    """
    remarks = Remarks()
    named = {choice.sku for product in products for choice in product.choices if choice.sku}
    skus = Skus(context.skus, named)
    plans = []
    for product in products:
        existing = context.products.get(product.slug)
        if existing is not None:
            if not _same_shape(product, existing, context, remarks):
                continue
            product = _spelled_as(product, existing)
        known = _known(product, existing)
        choices = tuple(
            _plan_choice(product, choice, found, existing, skus, context, remarks)
            for choice, found in zip(product.choices, known, strict=True)
        )
        plans.append(_plan_product(product, existing, choices, context))
    return plans, remarks.in_order()


def _same_shape(product: CsvProduct, existing: ShopProduct, context: Context, remarks: Remarks) -> bool:
    """Refuse what would make another thing of a product: other options, or a gift card of a piece."""
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
    """Return a product with its options and their values spelled as the shop spells them already."""
    spellings: list[dict[str, str]] = [{} for _ in existing.option_names]
    for mine in existing.choices:
        for known, value in zip(spellings, mine.values, strict=True):
            known.setdefault(value.casefold(), value)
    choices = tuple(
        replace(
            choice,
            values=tuple(
                known.get(value.casefold(), value)
                for known, value in zip(spellings, choice.values, strict=True)
            ),
        )
        for choice in product.choices
    )
    return replace(product, option_names=existing.option_names, choices=choices)


def _plan_choice(
    product: CsvProduct,
    choice: CsvChoice,
    found: ShopChoice | None,
    existing: ShopProduct | None,
    skus: Skus,
    context: Context,
    remarks: Remarks,
) -> ChoicePlan:
    if product.is_gift_card or (existing and existing.is_gift_card):
        # Gift cards are written when they are sold; no shop counts them.
        choice = replace(choice, is_counted=found.is_counted if found else True)
    known = (found.product_id, found.sku) if found else None
    sku, told = skus.take(choice.sku, row=choice.row, slug=product.slug, values=choice.values, known=known)
    if told:
        remarks.note(choice.row, "sku", told)
    changes = tuple(_choice_changes(choice, sku, found, context)) if found else ()
    sale = sale_after(choice, found.sale if found else None)
    priced = found is not None and any(change.field == "price" for change in changes)
    if found and priced and (told := ending(found.sale, sale, context.day)):
        column = "price" if sale or "compare_at" not in context.columns else "compare_at"
        remarks.note(choice.row, column, told)
    if existing and found in existing.retired:
        changes = (
            FieldChange("choice", "archived", existing.publication, " / ".join(choice.values)),
            *changes,
        )
    stem = _stem(product, CsvImage(choice.row, choice.picture, ""), _stored(existing), context)
    if found is None or stem in ("", *found.pictures):
        return ChoicePlan(choice, sku, found, changes, "" if found else stem, sale)
    shown = FieldChange("picture", ", ".join(found.pictures), choice.picture, " / ".join(found.values))
    return ChoicePlan(choice, sku, found, (*changes, shown), stem, sale)


def _known(product: CsvProduct, existing: ShopProduct | None) -> list[ShopChoice | None]:
    """Return the choice of the shop that each of a file means, if any: the one that the family has with the
    same values, or a retired one with the same SKU or, where the file names none, with the same values.
    """
    had = {_folded(mine.values): mine for mine in existing.choices} if existing else {}
    retired = list(existing.retired) if existing else []
    found: list[ShopChoice | None] = []
    for choice in product.choices:
        wanted = _folded(choice.values)
        again = [
            mine
            for mine in retired
            if (mine.sku == choice.sku if choice.sku else _folded(mine.values) == wanted)
        ]
        meant = had.get(wanted) or next(iter(again), None)
        if meant in retired:
            retired.remove(meant)
        found.append(meant)
    return found


def _folded(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value.casefold() for value in values)


def _stored(existing: ShopProduct | None) -> dict[str, str]:
    """Return the texts of a page's pictures by their stems."""
    return {picture.stem: picture.alt for picture in existing.pictures} if existing else {}


def _choice_changes(choice: CsvChoice, sku: str, old: ShopChoice, context: Context) -> Iterator[FieldChange]:
    of, has, currency = " / ".join(old.values), context.columns, context.currency
    if sku != old.sku:
        yield FieldChange("SKU", old.sku, sku, of)
    sale = sale_after(choice, old.sale)
    if (choice.price, sale) != (old.price, old.sale) and _prices_differ(choice, old, has):
        before = _prices(old.price, old.sale_price, currency)
        asked = sale.price if sale and not sale.is_planned else None
        yield FieldChange("price", before, _prices(choice.price, asked, currency), of)
    if choice.cost is not None and choice.cost != old.cost:
        yield FieldChange("cost", _amount(old.cost, currency), _amount(choice.cost, currency), of)
    if "grams" in has and choice.grams != old.grams:
        yield FieldChange("weight", f"{old.grams} g", f"{choice.grams} g", of)
    if _is_recounted(choice, old, has):
        counted = f"yes, {choice.quantity or 0} on hand"
        yield FieldChange("counted", *(("no", counted) if choice.is_counted else ("yes", "no")), of)
    elif old.is_counted and choice.quantity is not None and choice.quantity != old.quantity:
        yield FieldChange("quantity", str(old.quantity), str(choice.quantity), of)
    if "taxable" in has and choice.taxable != old.taxable:
        yield FieldChange("taxable", str(old.taxable).lower(), str(choice.taxable).lower(), of)


def _is_recounted(choice: CsvChoice, old: ShopChoice, columns: Collection[str]) -> bool:
    """Return whether the file counts what the shop does not count, or the other way."""
    return "tracker" in columns and choice.is_counted != old.is_counted


def _prices_differ(choice: CsvChoice, old: ShopChoice, columns: Collection[str]) -> bool:
    """Return whether the prices differ in what the file says: without "compare at" it names what is asked."""
    if "compare_at" in columns:
        return True
    return choice.price != (old.price if old.sale_price is None else old.sale_price)


def _plan_product(
    product: CsvProduct, existing: ShopProduct | None, choices: tuple[ChoicePlan, ...], context: Context
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
    kept = existing.addresses if existing and not addresses else tuple(addresses)
    changes: list[FieldChange] = []
    if existing is not None:
        changes += _product_changes(product, existing, context)
        changes += [FieldChange("picture", "", image.source) for image in added]
        changes += [FieldChange("text", stored[stem], alt, stem) for stem, alt in alts.items()]
        if kept != existing.addresses:
            changes.append(FieldChange("picture addresses", ", ".join(existing.addresses), ", ".join(kept)))
        changes += [
            FieldChange("choice", "", " / ".join(plan.choice.values)) for plan in choices if not plan.existing
        ]
    return ProductPlan(product, existing, tuple(changes), choices, tuple(added), alts, kept)


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
    if "body" in has and not _says(product.description, old, context):
        yield FieldChange("description", old.description, product.description)
    plain = (
        ("vendor", "vendor", old.vendor, product.vendor),
        ("seo_title", "SEO title", old.seo_title, product.seo_title),
        ("seo_description", "SEO description", old.seo_description, product.seo_description),
    )
    for column, field, before, after in plain:
        if column in has and before != after:
            yield FieldChange(field, before, after)
    if product.type and not _stands_on(old, product.type):
        yield FieldChange("type", old.types[0] if old.types else "", product.type)
    if "tags" in has and {tag.casefold() for tag in product.tags} != {tag.casefold() for tag in old.tags}:
        yield FieldChange("tags", ", ".join(old.tags), ", ".join(product.tags))
    if {"status", "published"} & set(has) and product.publication != old.publication:
        yield FieldChange("status", old.publication, product.publication)


def _says(description: str, old: ShopProduct, context: Context) -> bool:
    """Return whether a page says a description already, maybe in other words of Markdown or with links that
    the shop leads on by itself.
    """
    return description in (old.description, to_markdown(old.description_html)) or (
        description == to_markdown(old.description_html, context.link)
    )


def _stands_on(old: ShopProduct, type_name: str) -> bool:
    """Return whether a page stands on the shelf of a type, which may have been given another name since."""
    known = {name.casefold() for name in old.types}
    return type_name.casefold() in known or shelf_slug_of(type_name) in old.type_slugs


def _amount(minor: int | None, currency: str) -> str:
    return str(Money(minor, currency).amount) if minor is not None else ""


def _prices(price: int, sale_price: int | None, currency: str) -> str:
    regular = _amount(price, currency)
    return regular if sale_price is None else f"{_amount(sale_price, currency)} (instead of {regular})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"“{line[:59]}…”" if len(line) > 60 else f"“{line}”"

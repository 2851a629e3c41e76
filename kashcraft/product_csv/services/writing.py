"""Writing what a plan says through the verbs of catalogue and inventory, inside the caller's step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Product, Status
from kashcraft.catalogue.rules import PageInput, SkuInput, VariantInput
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import CategoryId, ProductId, UserId, new_id
from kashcraft.core.money import Money
from kashcraft.core.staging import ConcurrentChange
from kashcraft.inventory import services as inventory
from kashcraft.product_csv import queries
from kashcraft.product_csv.presenters.refusals import refusal_of_page, refusal_of_quantity, refusal_of_type
from kashcraft.product_csv.queries import UNTAXED
from kashcraft.product_csv.rules.changes import ChoicePlan, ProductPlan
from kashcraft.product_csv.rules.document import Remark
from kashcraft.product_csv.rules.handles import shelf_slug_of, slug_of
from kashcraft.product_csv.rules.products import CsvChoice
from kashcraft.product_csv.rules.refusals import FileRefused
from kashcraft.product_csv.services.counting import switch_counting
from kashcraft.product_csv.services.pictures import keep_addresses
from kashcraft.product_csv.services.planning import Report

_IMPORT = "Product file"
# The shelf of the types that the shop does not know yet: found by its address, whatever it is called later.
NEW_TYPES, NEW_TYPES_NAME = "more-products", "More products"
_LAST = 1000
P = TypeVar("P")


def write_products(*, report: Report, currency: str, user_id: UserId | None = None) -> Report:
    """Create and change products as the report says, and return it; what is unchanged is not touched.

    Runs in one step with nothing else, so that a file is imported whole or not at all. Missing shelves are
    put up. Raises FileRefused with all that the shop refuses, by row.
    """
    refused = write_pages(report=report, currency=currency, user_id=user_id)
    return write_counts(report=report, refused=refused, user_id=user_id)


def write_pages(*, report: Report, currency: str, user_id: UserId | None = None) -> list[Remark]:
    """Do all of ``write_products`` but count what is on hand already, which others change all the time.

    Returns what the file or the shop refuses; the caller then takes everything back.
    """
    refused = list(report.errors)
    touched = report.touched() if not refused else []
    shelves = _shelves(touched, refused)
    fresh: dict[str, CsvChoice] = {}
    for plan in touched:
        with _refusing(refused, refusal_of_page, plan):
            if plan.existing is None:
                fresh |= _create(plan, shelves, report, currency)
            else:
                fresh |= _change(plan, shelves, report, currency)
    if not refused:
        inventory.open_stocks(openings=_openings(fresh), user_id=user_id)
        keep_addresses(report=report)
    return refused


def write_counts(*, report: Report, refused: Sequence[Remark], user_id: UserId | None = None) -> Report:
    """Make the quantities of what the shop had before the file's, and return the report.

    By how much they differ was found when the file was planned; what has been sold since still goes off.
    Raises FileRefused with ``refused`` and the quantities that the shop refuses.
    """
    counted = {
        choice.existing.product_id: choice
        for plan in report.touched()
        for choice in plan.choices
        if choice.existing and _changes(choice, "quantity")
    }
    if not report.errors:
        switched = switch_counting(plans=report.touched(), user_id=user_id)
        refused = [*refused, *_count(counted, user_id), *switched]
    if refused:
        raise FileRefused(refused)
    if any(_says_more(plan) for plan in report.touched()):
        catalogue.touch()
    return report


def _says_more(plan: ProductPlan) -> bool:
    """Return whether the catalogue says something else of a product, not the stock alone."""
    told = [change.field for choice in plan.choices for change in choice.changes]
    fresh = any(choice.existing is None for choice in plan.choices)
    return fresh or bool(plan.changes) or any(field != "quantity" for field in told)


@contextmanager
def _refusing(refused: list[Remark], told: Callable[[DomainError, P], Remark], plan: P) -> Iterator[None]:
    """Go on after a refusal, so that all of them are told at once; the caller takes everything back."""
    try:
        yield
    except DomainError as error:
        refused.append(told(error, plan))


def _shelves(plans: Sequence[ProductPlan], refused: list[Remark]) -> dict[str, CategoryId]:
    """Return the shelf of every type by its folded name; those that are missing are put up below one."""
    types = {plan.product.type: plan for plan in reversed(plans) if plan.product.type}
    by_name, by_slug = queries.list_category_ids(list(types))
    for name, plan in reversed(types.items()):
        with _refusing(refused, refusal_of_type, plan):
            if name.casefold() not in by_name:
                by_name[name.casefold()] = _shelf(name, by_slug)
    return by_name


def _shelf(name: str, by_slug: dict[str, CategoryId]) -> CategoryId:
    """Return the shelf at the address that a type's name makes, put up below that of new types if need be."""
    slug = shelf_slug_of(name)
    if slug not in by_slug:
        above = _shelf_of_new_types(by_slug)
        if slug not in by_slug:
            by_slug[slug] = catalogue.create_category(name=name, parent_id=above).id
    return by_slug[slug]


def _shelf_of_new_types(by_slug: dict[str, CategoryId]) -> CategoryId:
    """Return the shelf that new types hang below, put up as the last at the root where it is missing."""
    if NEW_TYPES not in by_slug:
        moved = queries.find_moved_category(NEW_TYPES)
        by_slug[NEW_TYPES] = moved or (
            catalogue.create_category(name=NEW_TYPES_NAME, slug=NEW_TYPES, position=_LAST).id
        )
    return by_slug[NEW_TYPES]


def _create(
    plan: ProductPlan, shelves: dict[str, CategoryId], report: Report, currency: str
) -> dict[str, CsvChoice]:
    """Create a product, and return what can be bought by SKU."""
    product = plan.product
    page = PageInput(
        name=product.name,
        slug=product.slug,
        description=product.description,
        vendor=product.vendor,
        status=Status(product.publication.value),
        category_ids=_main_shelf(plan, shelves),
        tags=product.tags,
        seo_title=product.seo_title or None,
        seo_description=product.seo_description or None,
        source_urls=plan.addresses,
    )
    sold = [_new_sold(choice, currency, is_gift_card=product.is_gift_card) for choice in plan.choices]
    if product.option_names:
        facts = [
            _choice_facts(product.option_names, choice, one)
            for choice, one in zip(plan.choices, sold, strict=True)
        ]
        row = catalogue.create_product_with_variants(
            page=page, option_names=product.option_names, variants=facts
        )
    else:
        row = catalogue.create_product(page=page, sold=sold[0])
    if product.slug not in (product.handle, slug_of(product.handle)):
        catalogue.add_handle_redirect(product_id=row.id, handle=product.handle)
    _add_pictures(row.id, plan, report)
    _show_choices(row.id, plan)
    return _by_sku(plan.choices)


def _change(
    plan: ProductPlan, shelves: dict[str, CategoryId], report: Report, currency: str
) -> dict[str, CsvChoice]:
    """Change a product, and return its new choices by SKU."""
    existing = plan.existing
    assert existing is not None
    row = queries.get_product(existing.product_id)
    changed = {change.field for change in plan.changes}
    if changed:
        page = _page_facts(plan, row, changed, shelves)
        catalogue.update_product(product_id=row.id, page=page)
    _change_sold(plan, row, currency)
    for image in queries.list_images(row.id):
        if image.stem in plan.alts:
            image.alt = plan.alts[image.stem]
            catalogue.touch()
    _add_pictures(row.id, plan, report)
    _show_choices(row.id, plan)
    return _by_sku(choice for choice in plan.choices if choice.existing is None)


def _page_facts(
    plan: ProductPlan, row: Product, changed: set[str], shelves: dict[str, CategoryId]
) -> PageInput:
    """Return what the page says now, with only the changed fields as the file has them."""
    product = plan.product
    page = queries.get_page_facts(row)
    fresh = {
        "title": {"name": product.name},
        "description": {"description": product.description, "description_html": None},
        "vendor": {"vendor": product.vendor},
        "SEO title": {"seo_title": product.seo_title or None},
        "SEO description": {"seo_description": product.seo_description or None},
        "status": {"status": Status(product.publication.value)},
        "tags": {"tags": product.tags},
        "picture addresses": {"source_urls": plan.addresses},
        "type": {"category_ids": (*_main_shelf(plan, shelves), *page.category_ids)},
    }
    for name in changed & fresh.keys():
        page = replace(page, **fresh[name])  # type: ignore[arg-type]
    return page


def _change_sold(plan: ProductPlan, row: Product, currency: str) -> None:
    """Write changed prices, weights and SKUs, and new choices; choices that the file leaves out stay."""
    if not plan.product.option_names:
        (choice,) = plan.choices
        if choice.changes:
            catalogue.update_product(
                product_id=row.id, sold=_sold(choice, queries.get_sold_facts(row), currency)
            )
        return
    if not any(choice.existing is None or choice.changes for choice in plan.choices):
        return
    planned = {choice.existing.product_id: choice for choice in plan.choices if choice.existing}
    rows = queries.list_choices(row, also=planned)
    retired = {one.product_id for one in plan.existing.retired} if plan.existing else set()
    by_id = {child.id: child for child in rows}
    # In the order of the plan, in which a SKU is free before another choice takes it.
    for product_id, choice in planned.items():
        if _changes(choice, "SKU"):
            sold = replace(queries.get_sold_facts(by_id[product_id]), sku=choice.sku)
            catalogue.update_product(product_id=product_id, sold=sold)
    facts = []
    for child in rows:
        told = queries.get_choice_facts(child)
        if child.id in planned:
            values = dict(zip(plan.product.option_names, planned[child.id].choice.values, strict=True))
            kept = values if child.id in retired else told.option_values
            told = replace(told, option_values=kept, sold=_sold(planned[child.id], told.sold, currency))
        facts.append(told)
    for choice in plan.choices:
        if choice.existing is None:
            sold = _new_sold(choice, currency, is_gift_card=row.is_gift_card)
            facts.append(_choice_facts(plan.product.option_names, choice, sold))
    catalogue.save_variants(product_id=row.id, option_names=row.option_names, variants=facts)


def _changes(choice: ChoicePlan, field: str) -> bool:
    return any(change.field == field for change in choice.changes)


def _sold(plan: ChoicePlan, sold: SkuInput, currency: str) -> SkuInput:
    """Return how something is sold, with only the changed fields as the file has them."""
    choice = plan.choice
    if _changes(plan, "SKU"):
        sold = replace(sold, sku=plan.sku)
    if _changes(plan, "price"):
        sale = plan.sale
        sold = replace(
            sold,
            price=Money(choice.price, currency),
            sale_price=Money(sale.price, currency) if sale else None,
            sale_starts_at=sale.starts_at if sale else None,
            sale_ends_at=sale.ends_at if sale else None,
        )
    if _changes(plan, "cost") and choice.cost is not None:
        sold = replace(sold, cost=Money(choice.cost, currency))
    if _changes(plan, "weight"):
        sold = replace(sold, weight_grams=choice.grams)
    if _changes(plan, "taxable"):
        sold = replace(sold, tax_class="standard" if choice.taxable else UNTAXED)
    return sold


def _new_sold(plan: ChoicePlan, currency: str, *, is_gift_card: bool) -> SkuInput:
    choice = plan.choice
    return SkuInput(
        sku=plan.sku,
        price=Money(choice.price, currency),
        sale_price=None if choice.sale_price is None else Money(choice.sale_price, currency),
        cost=None if choice.cost is None else Money(choice.cost, currency),
        weight_grams=choice.grams,
        tax_class="standard" if choice.taxable else UNTAXED,
        is_gift_card=is_gift_card,
    )


def _choice_facts(names: Sequence[str], choice: ChoicePlan, sold: SkuInput) -> VariantInput:
    return VariantInput(option_values=dict(zip(names, choice.choice.values, strict=True)), sold=sold)


def _main_shelf(plan: ProductPlan, shelves: dict[str, CategoryId]) -> tuple[CategoryId, ...]:
    shelf = shelves.get(plan.product.type.casefold())
    return (shelf,) if shelf else ()


def _add_pictures(product_id: ProductId, plan: ProductPlan, report: Report) -> None:
    for image in plan.pictures:
        stored, alt = report.pictures[plan.product.slug, image.source], image.alt or plan.product.name
        # Among them are places for those that are still to be fetched.
        place = plan.product.images.index(image) if plan.existing is None else None
        catalogue.add_image(product_id=product_id, picture=stored, alt=alt, position=place)


def _show_choices(page_id: ProductId, plan: ProductPlan) -> None:
    """Have each choice shown by the picture that the file names for it, and by no other any longer."""
    named = {choice.sku: choice.picture for choice in plan.choices if choice.picture}
    if not named:
        return
    owners = queries.list_sku_owners(named)
    current = queries.list_image_choices(page_id)
    for image in queries.list_images(page_id):
        shows = {owners[sku] for sku, stem in named.items() if stem == image.stem}
        kept = current.get(image.id, set()) - set(owners.values())
        catalogue.set_image_variants(image_id=image.id, variant_ids=list(kept | shows))


def _count(counted: Mapping[ProductId, ChoicePlan], user_id: UserId | None) -> list[Remark]:
    """Change the quantities, each by what its file and its plan differ; return what is refused."""
    if not counted:
        return []
    wanted = {product_id: choice.choice.quantity or 0 for product_id, choice in counted.items()}
    openings = [
        inventory.Opening(product_id=product_id, quantity=quantity) for product_id, quantity in wanted.items()
    ]
    opened = set(inventory.open_stocks(openings=openings, user_id=user_id))
    changes = {
        product_id: wanted[product_id] - (choice.existing.quantity if choice.existing else 0)
        for product_id, choice in counted.items()
        if product_id not in opened
    }
    try:
        key = f"{_IMPORT}:{new_id()}"
        inventory.count_stocks(changes=changes, key=key, user_id=user_id, notes=_IMPORT)
    except DomainError as error:
        if error.code == "not_counted":
            raise ConcurrentChange from error  # staff have stopped counting it since the file was planned
        if error.code != "stock_is_held":
            raise
        return [
            refusal_of_quantity(counted[ProductId(UUID(product_id))], available)
            for product_id, available in error.details["shortages"].items()
        ]
    return []


def _by_sku(plans: Iterable[ChoicePlan]) -> dict[str, CsvChoice]:
    return {plan.sku: plan.choice for plan in plans}


def _openings(choices: Mapping[str, CsvChoice]) -> list[inventory.Opening]:
    """Return the first stock of new products, found again by their SKUs."""
    return [
        inventory.Opening(
            product_id=product_id, quantity=choices[sku].quantity or 0, is_counted=choices[sku].is_counted
        )
        for sku, product_id in queries.list_sku_owners(choices).items()
    ]

"""Writing the plans of an import through the services of catalogue and inventory, inside the caller's
step.
"""

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
from kashcraft.product_csv.rules.changes import ProductPlan, VariantPlan
from kashcraft.product_csv.rules.document import Remark
from kashcraft.product_csv.rules.handles import category_slug_of, slug_of
from kashcraft.product_csv.rules.products import CsvVariant
from kashcraft.product_csv.rules.refusals import FileRefused
from kashcraft.product_csv.services.counting import switch_counting
from kashcraft.product_csv.services.pictures import store_addresses
from kashcraft.product_csv.services.planning import Report

_IMPORT = "Product file"
# The parent category of new types; it is found by its slug, so staff may rename it.
NEW_TYPES, NEW_TYPES_NAME = "more-products", "More products"
_LAST = 1000
P = TypeVar("P")


def write_products(*, report: Report, currency: str, user_id: UserId | None = None) -> Report:
    """Create and change products as planned and return the report; unchanged products are not touched.

    It needs a step of its own, so that a file is imported completely or not at all. Missing categories are
    created. Raises FileRefused with all refusals by row.
    """
    refused = write_pages(report=report, currency=currency, user_id=user_id)
    return write_counts(report=report, refused=refused, user_id=user_id)


def write_pages(*, report: Report, currency: str, user_id: UserId | None = None) -> list[Remark]:
    """Do the part of ``write_products`` before the counts of existing stock, which change all the time.

    Returns the errors of the file and the refusals of the shop; the caller then rolls everything back.
    """
    refused = list(report.errors)
    touched = report.touched() if not refused else []
    categories = _categories(touched, refused)
    fresh: dict[str, CsvVariant] = {}
    for plan in touched:
        with _refusing(refused, refusal_of_page, plan):
            if plan.existing is None:
                fresh |= _create(plan, categories, report, currency)
            else:
                fresh |= _change(plan, categories, report, currency)
    if not refused:
        inventory.open_stocks(openings=_openings(fresh), user_id=user_id)
        store_addresses(report=report)
    return refused


def write_counts(*, report: Report, refused: Sequence[Remark], user_id: UserId | None = None) -> Report:
    """Change existing stock to the quantities of the file and return the report.

    The differences were calculated when the file was planned; units sold since then are still deducted.
    Raises FileRefused with ``refused`` and the quantities that the shop refuses.
    """
    counted = {
        variant.existing.product_id: variant
        for plan in report.touched()
        for variant in plan.variants
        if variant.existing and _changes(variant, "quantity")
    }
    if not report.errors:
        switched = switch_counting(plans=report.touched(), user_id=user_id)
        refused = [*refused, *_count(counted, user_id), *switched]
    if refused:
        raise FileRefused(refused)
    changed = [plan for plan in report.touched() if _changes_catalogue(plan)]
    if changed:
        known = [plan.existing.product_id for plan in changed if plan.existing]
        # New products may have been created on a copy, where their ids are not known here.
        catalogue.touch(product_ids=known if len(known) == len(changed) else ())
    return report


def _changes_catalogue(plan: ProductPlan) -> bool:
    """Return whether a plan changes more of a product than its stock."""
    fields = [change.field for variant in plan.variants for change in variant.changes]
    fresh = any(variant.existing is None for variant in plan.variants)
    return fresh or bool(plan.changes) or any(field != "quantity" for field in fields)


@contextmanager
def _refusing(refused: list[Remark], describe: Callable[[DomainError, P], Remark], plan: P) -> Iterator[None]:
    """Collect a refusal and continue, so that all are reported at once; the caller rolls everything back."""
    try:
        yield
    except DomainError as error:
        refused.append(describe(error, plan))


def _categories(plans: Sequence[ProductPlan], refused: list[Remark]) -> dict[str, CategoryId]:
    """Return the category of every type by its folded name; missing ones are created."""
    types = {plan.product.type: plan for plan in reversed(plans) if plan.product.type}
    by_name, by_slug = queries.list_category_ids(list(types))
    for name, plan in reversed(types.items()):
        with _refusing(refused, refusal_of_type, plan):
            if name.casefold() not in by_name:
                by_name[name.casefold()] = _category(name, by_slug)
    return by_name


def _category(name: str, by_slug: dict[str, CategoryId]) -> CategoryId:
    """Return the category at the slug of a type's name; a missing one is created below that of new types."""
    slug = category_slug_of(name)
    if slug not in by_slug:
        above = _category_of_new_types(by_slug)
        if slug not in by_slug:
            by_slug[slug] = catalogue.create_category(name=name, parent_id=above).id
    return by_slug[slug]


def _category_of_new_types(by_slug: dict[str, CategoryId]) -> CategoryId:
    """Return the parent category of new types, created as the last root category if missing."""
    if NEW_TYPES not in by_slug:
        moved = queries.find_moved_category(NEW_TYPES)
        by_slug[NEW_TYPES] = moved or (
            catalogue.create_category(name=NEW_TYPES_NAME, slug=NEW_TYPES, position=_LAST).id
        )
    return by_slug[NEW_TYPES]


def _create(
    plan: ProductPlan, categories: dict[str, CategoryId], report: Report, currency: str
) -> dict[str, CsvVariant]:
    """Create a product, and return its variants by SKU."""
    product = plan.product
    page = PageInput(
        name=product.name,
        slug=product.slug,
        description=product.description,
        vendor=product.vendor,
        status=Status(product.publication.value),
        category_ids=_main_category(plan, categories),
        tags=product.tags,
        seo_title=product.seo_title or None,
        seo_description=product.seo_description or None,
        source_urls=plan.addresses,
    )
    sold = [_new_sold(variant, currency, is_gift_card=product.is_gift_card) for variant in plan.variants]
    if product.option_names:
        inputs = [
            _variant_input(product.option_names, variant, one)
            for variant, one in zip(plan.variants, sold, strict=True)
        ]
        row = catalogue.create_product_with_variants(
            page=page, option_names=product.option_names, variants=inputs
        )
    else:
        row = catalogue.create_product(page=page, sold=sold[0])
    if product.slug not in (product.handle, slug_of(product.handle)):
        catalogue.add_handle_redirect(product_id=row.id, handle=product.handle)
    _add_pictures(row.id, plan, report)
    _set_picture_variants(row.id, plan)
    return _by_sku(plan.variants)


def _change(
    plan: ProductPlan, categories: dict[str, CategoryId], report: Report, currency: str
) -> dict[str, CsvVariant]:
    """Change a product, and return its new variants by SKU."""
    existing = plan.existing
    assert existing is not None
    row = queries.get_product(existing.product_id)
    changed = {change.field for change in plan.changes}
    if changed:
        page = _page_input(plan, row, changed, categories)
        catalogue.update_product(product_id=row.id, page=page)
    _change_sold(plan, row, currency)
    for image in queries.list_images(row.id):
        if image.stem in plan.alts:
            image.alt = plan.alts[image.stem]
            catalogue.touch(product_ids=[row.id])
    _add_pictures(row.id, plan, report)
    _set_picture_variants(row.id, plan)
    return _by_sku(variant for variant in plan.variants if variant.existing is None)


def _page_input(
    plan: ProductPlan, row: Product, changed: set[str], categories: dict[str, CategoryId]
) -> PageInput:
    """Return the current input of the page with the changed fields from the file."""
    product = plan.product
    page = queries.get_page_input(row)
    fresh = {
        "title": {"name": product.name},
        "description": {"description": product.description, "description_html": None},
        "vendor": {"vendor": product.vendor},
        "SEO title": {"seo_title": product.seo_title or None},
        "SEO description": {"seo_description": product.seo_description or None},
        "status": {"status": Status(product.publication.value)},
        "tags": {"tags": product.tags},
        "picture addresses": {"source_urls": plan.addresses},
        "type": {"category_ids": (*_main_category(plan, categories), *page.category_ids)},
    }
    for name in changed & fresh.keys():
        page = replace(page, **fresh[name])  # type: ignore[arg-type]
    return page


def _change_sold(plan: ProductPlan, row: Product, currency: str) -> None:
    """Change prices, weights and SKUs, and add new variants; variants that the file leaves out stay."""
    if not plan.product.option_names:
        (variant,) = plan.variants
        if variant.changes:
            catalogue.update_product(
                product_id=row.id, sold=_sold(variant, queries.get_sku_input(row), currency)
            )
        return
    if not any(variant.existing is None or variant.changes for variant in plan.variants):
        return
    planned = {variant.existing.product_id: variant for variant in plan.variants if variant.existing}
    rows = queries.list_variants(row, also=planned)
    retired = {one.product_id for one in plan.existing.retired} if plan.existing else set()
    by_id = {child.id: child for child in rows}
    # The order of the plan frees a SKU before another variant gets it.
    for product_id, variant in planned.items():
        if _changes(variant, "SKU"):
            sold = replace(queries.get_sku_input(by_id[product_id]), sku=variant.sku)
            catalogue.update_product(product_id=product_id, sold=sold)
    inputs = []
    for child in rows:
        current = queries.get_variant_input(child)
        if child.id in planned:
            values = dict(zip(plan.product.option_names, planned[child.id].variant.values, strict=True))
            chosen = values if child.id in retired else current.option_values
            sold = _sold(planned[child.id], current.sold, currency)
            current = replace(current, option_values=chosen, sold=sold)
        inputs.append(current)
    for variant in plan.variants:
        if variant.existing is None:
            sold = _new_sold(variant, currency, is_gift_card=row.is_gift_card)
            inputs.append(_variant_input(plan.product.option_names, variant, sold))
    catalogue.save_variants(product_id=row.id, option_names=row.option_names, variants=inputs)


def _changes(variant: VariantPlan, field: str) -> bool:
    return any(change.field == field for change in variant.changes)


def _sold(plan: VariantPlan, sold: SkuInput, currency: str) -> SkuInput:
    """Return the current SKU input of a variant with the changed fields from the file."""
    variant = plan.variant
    if _changes(plan, "SKU"):
        sold = replace(sold, sku=plan.sku)
    if _changes(plan, "price"):
        sale = plan.sale
        sold = replace(
            sold,
            price=Money(variant.price, currency),
            sale_price=Money(sale.price, currency) if sale else None,
            sale_starts_at=sale.starts_at if sale else None,
            sale_ends_at=sale.ends_at if sale else None,
        )
    if _changes(plan, "cost") and variant.cost is not None:
        sold = replace(sold, cost=Money(variant.cost, currency))
    if _changes(plan, "weight"):
        sold = replace(sold, weight_grams=variant.grams)
    if _changes(plan, "taxable"):
        sold = replace(sold, tax_class="standard" if variant.taxable else UNTAXED)
    return sold


def _new_sold(plan: VariantPlan, currency: str, *, is_gift_card: bool) -> SkuInput:
    variant = plan.variant
    return SkuInput(
        sku=plan.sku,
        price=Money(variant.price, currency),
        sale_price=None if variant.sale_price is None else Money(variant.sale_price, currency),
        cost=None if variant.cost is None else Money(variant.cost, currency),
        weight_grams=variant.grams,
        tax_class="standard" if variant.taxable else UNTAXED,
        is_gift_card=is_gift_card,
    )


def _variant_input(names: Sequence[str], variant: VariantPlan, sold: SkuInput) -> VariantInput:
    return VariantInput(option_values=dict(zip(names, variant.variant.values, strict=True)), sold=sold)


def _main_category(plan: ProductPlan, categories: dict[str, CategoryId]) -> tuple[CategoryId, ...]:
    category = categories.get(plan.product.type.casefold())
    return (category,) if category else ()


def _add_pictures(product_id: ProductId, plan: ProductPlan, report: Report) -> None:
    for image in plan.pictures:
        stored, alt = report.pictures[plan.product.slug, image.source], image.alt or plan.product.name
        # The positions leave room for pictures that are still to be fetched.
        place = plan.product.images.index(image) if plan.existing is None else None
        catalogue.add_image(product_id=product_id, picture=stored, alt=alt, position=place)


def _set_picture_variants(page_id: ProductId, plan: ProductPlan) -> None:
    """Have each variant shown by the picture that the file names for it, and by no other."""
    named = {variant.sku: variant.picture for variant in plan.variants if variant.picture}
    if not named:
        return
    owners = queries.list_sku_owners(named)
    current = queries.list_image_variants(page_id)
    for image in queries.list_images(page_id):
        shows = {owners[sku] for sku, stem in named.items() if stem == image.stem}
        others = current.get(image.id, set()) - set(owners.values())
        catalogue.set_image_variants(image_id=image.id, variant_ids=list(others | shows))


def _count(counted: Mapping[ProductId, VariantPlan], user_id: UserId | None) -> list[Remark]:
    """Change each quantity by the difference of its plan; return what is refused."""
    if not counted:
        return []
    wanted = {product_id: variant.variant.quantity or 0 for product_id, variant in counted.items()}
    openings = [
        inventory.Opening(product_id=product_id, quantity=quantity) for product_id, quantity in wanted.items()
    ]
    opened = set(inventory.open_stocks(openings=openings, user_id=user_id))
    changes = {
        product_id: wanted[product_id] - (variant.existing.quantity if variant.existing else 0)
        for product_id, variant in counted.items()
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


def _by_sku(plans: Iterable[VariantPlan]) -> dict[str, CsvVariant]:
    return {plan.sku: plan.variant for plan in plans}


def _openings(variants: Mapping[str, CsvVariant]) -> list[inventory.Opening]:
    """Return the first stock of new variants, found by their SKUs."""
    return [
        inventory.Opening(
            product_id=product_id, quantity=variants[sku].quantity or 0, is_counted=variants[sku].is_counted
        )
        for sku, product_id in queries.list_sku_owners(variants).items()
    ]

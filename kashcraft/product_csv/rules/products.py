"""From rows to products: the rows of a handle are one product, and each row with a price is a variant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from kashcraft.product_csv.rules.cells import Cells
from kashcraft.product_csv.rules.document import Remarks, Row
from kashcraft.product_csv.rules.handles import slug_of, slugs_of
from kashcraft.product_csv.rules.html_to_markdown import to_markdown

OPTIONS = (1, 2, 3)
# Shopify's limits: titles, options, tags and the like; SEO descriptions; texts of pictures.
LONGEST_TEXT, LONGEST_SEO, LONGEST_ALT = 255, 1024, 512
_NO_OPTION = ("title", "default title")
_UNLISTED = "unlisted"
_OVERSOLD = ("continue", "true")


class Publication(StrEnum):
    """The status of a product in a file."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantFields:
    """Fields of a variant that a file and the shop have in common; amounts are minor units."""

    values: tuple[str, ...]
    sku: str
    price: int
    sale_price: int | None
    cost: int | None
    grams: int
    taxable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFields:
    """Fields of a page that a file and the shop have in common, without its variants."""

    slug: str
    name: str
    description: str
    vendor: str
    tags: tuple[str, ...]
    publication: Publication
    is_gift_card: bool
    seo_title: str
    seo_description: str
    option_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvImage:
    """A picture of a product: a web address, or a path beside the file."""

    row: int
    source: str
    alt: str

    @property
    def is_address(self) -> bool:
        """Return whether the picture is a web address."""
        return self.source.casefold().startswith(("http://", "https://", "//"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvVariant(VariantFields):
    """A variant in a file; an empty ``sku`` or ``picture``, or ``quantity`` None, means that the file does
    not state it.

    ``picture`` is the source of the picture that shows it. ``is_counted`` is false if the file has a column
    for the inventory tracker and names none. ``is_oversold`` means that the former shop sells it beyond its
    stock.
    """

    row: int
    quantity: int | None
    is_counted: bool = True
    is_oversold: bool = False
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvProduct(PageFields):
    """A page in a file with its variants; a single variant without values is a product without options.

    ``handle`` is the address of the page in the former shop.
    """

    row: int
    type: str
    handle: str = ""
    variants: tuple[CsvVariant, ...]
    images: tuple[CsvImage, ...]


def read_products(
    rows: Sequence[Row], currency: str, link: Callable[[str], str] = str
) -> tuple[list[CsvProduct], Remarks]:
    """Return the products of a file's rows, with errors and notes.

    Amounts are read in ``currency``; ``link`` changes the links of descriptions. Products with errors are
    left out of the list, so that nothing about them is reported twice.
    """
    remarks = Remarks()
    products = []
    first_rows: dict[str, int] = {}
    slugs = slugs_of(row["handle"] for row in rows)
    for handle, group in groupby(rows, key=lambda row: row["handle"]):
        members = list(group)
        cells, slug = Cells(members[0], remarks), slugs[handle]
        if not slug:
            cells.refuse("handle", "a product needs a handle of letters or digits")
            continue
        if handle in first_rows:
            begun = first_rows[handle]
            cells.refuse("handle", f"“{handle}” begins in row {begun}; its rows must stand together")
            continue
        first_rows[handle] = members[0].number
        if slug != slug_of(handle):
            cells.note("handle", f"the address “{slug_of(handle)}” is taken in this file; it gets “{slug}”")
        before = len(remarks.errors)
        product = _product(slug, members, currency, link, remarks)
        if len(remarks.errors) == before:
            products.append(product)
    return products, remarks.in_order()


def _product(
    slug: str, rows: Sequence[Row], currency: str, link: Callable[[str], str], remarks: Remarks
) -> CsvProduct:
    head = Cells(rows[0], remarks)
    name = head.text("title", LONGEST_TEXT)
    if not name:
        head.refuse("title", "the first row of a product needs its title")
    for row in rows[1:]:
        if row["title"] not in ("", rows[0]["title"]):
            Cells(row, remarks).refuse("title", "another title than in the product's first row")
    option_names = _option_names(head)
    return CsvProduct(
        row=rows[0].number,
        handle=rows[0]["handle"],
        slug=slug,
        name=name,
        description=to_markdown(rows[0]["body"], link),
        vendor=head.text("vendor", LONGEST_TEXT),
        type=_type(head),
        tags=_tags(head),
        publication=_publication(head),
        is_gift_card=head.flag("gift_card", default=False),
        seo_title=head.text("seo_title", LONGEST_TEXT),
        seo_description=head.text("seo_description", LONGEST_SEO),
        option_names=option_names,
        variants=_variants(rows, option_names, currency, remarks),
        images=_images(rows, remarks),
    )


def _type(head: Cells) -> str:
    text = head.text("type", LONGEST_TEXT)
    if text and not slug_of(text):
        head.refuse("type", f"“{text}” has no letters or digits to make the address of a category")
    return text


def _publication(head: Cells) -> Publication:
    status = head.row["status"].casefold()
    if status == _UNLISTED:
        head.note("status", "“unlisted” is imported as draft; the shop has no pages outside its lists")
        return Publication.DRAFT
    if status not in ("", *Publication):
        head.refuse("status", f"“{head.row['status']}” is none of active, draft, archived, unlisted")
        return Publication.DRAFT
    published = head.flag("published", default=True)
    if status in ("", Publication.ACTIVE):
        return Publication.ACTIVE if published else Publication.DRAFT
    return Publication(status)


def _tags(head: Cells) -> tuple[str, ...]:
    tags: dict[str, str] = {}
    for part in head.row["tags"].split(","):
        tag = " ".join(part.split())
        if len(tag) > LONGEST_TEXT:
            head.refuse("tags", f"“{tag[:20]}…” is longer than {LONGEST_TEXT} characters")
        elif tag:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def _option_names(head: Cells) -> tuple[str, ...]:
    first = (head.row["option1_name"].casefold(), head.row["option1_value"].casefold())
    if first == _NO_OPTION:
        return ()
    names: list[str] = []
    for at in OPTIONS:
        name = head.text(f"option{at}_name", LONGEST_TEXT)
        if not name and head.row[f"option{at}_value"]:
            head.refuse(f"option{at}_name", "an option with values needs a name")
        elif name and len(names) < at - 1:
            head.refuse(f"option{at}_name", "options are filled from the first on, without a gap")
        elif name.casefold() in (other.casefold() for other in names):
            head.refuse(f"option{at}_name", f"“{name}” is there twice")
        elif name:
            names.append(name)
    return tuple(names)


def _variants(
    rows: Sequence[Row], option_names: tuple[str, ...], currency: str, remarks: Remarks
) -> tuple[CsvVariant, ...]:
    variants: list[CsvVariant] = []
    seen: dict[tuple[str, ...], int] = {}
    spellings: list[dict[str, str]] = [{} for _ in option_names]
    for at, row in enumerate(rows):
        if at and not any(row[column] for column in ("option1_value", "sku", "price")):
            continue
        cells = Cells(row, remarks)
        values = _values(cells, option_names, spellings)
        if values in seen and all(values):
            cells.note("option1_value", f"the same choice as in row {seen[values]}; this row is left out")
            continue
        seen.setdefault(values, row.number)
        variants.append(_variant(cells, values, currency))
    return tuple(variants)


def _values(
    cells: Cells, option_names: tuple[str, ...], spellings: Sequence[dict[str, str]]
) -> tuple[str, ...]:
    """Return the values of a variant in the first spelling of each option."""
    values = []
    for place, (name, known) in enumerate(zip(option_names, spellings, strict=True), start=1):
        column = f"option{place}_value"
        value = cells.text(column, LONGEST_TEXT)
        if not value:
            cells.refuse(column, f"no value for “{name}”")
        first = known.setdefault(value.casefold(), value)
        if first != value:
            cells.note(column, f"“{value}” is written “{first}” further up; it is imported so")
        values.append(first)
    return tuple(values)


def _variant(cells: Cells, values: tuple[str, ...], currency: str) -> CsvVariant:
    price = cells.amount("price", currency)
    if price is None and not cells.row["price"]:
        cells.refuse("price", "there is no price")
    compare_at = cells.amount("compare_at", currency)
    on_sale = price is not None and compare_at is not None and compare_at > price
    return CsvVariant(
        row=cells.row.number,
        values=values,
        sku=cells.text("sku", LONGEST_TEXT).lstrip("'"),
        price=(compare_at if on_sale else price) or 0,
        sale_price=price if on_sale else None,
        cost=cells.amount("cost", currency),
        grams=cells.grams("grams"),
        quantity=cells.quantity("quantity"),
        is_oversold=cells.row["policy"].casefold() in _OVERSOLD,
        is_counted=bool(cells.row["tracker"]) or "tracker" not in cells.row.cells,
        taxable=cells.flag("taxable", default=True),
        picture=cells.row["variant_image"] if values else "",
    )


def _images(rows: Sequence[Row], remarks: Remarks) -> tuple[CsvImage, ...]:
    placed: list[tuple[int, int, CsvImage]] = []
    known: set[str] = set()
    for row in rows:
        cells = Cells(row, remarks)
        source = row["image_src"]
        position = cells.position("image_position", len(rows) + 1)
        if source and source not in known:
            known.add(source)
            alt = cells.text("image_alt", LONGEST_ALT)
            placed.append((position, row.number, CsvImage(row.number, source, alt)))
    for row in rows:
        source = row["variant_image"]
        if source and source not in known:
            known.add(source)
            placed.append((len(rows) + 1, row.number, CsvImage(row.number, source, "")))
    return tuple(image for _, _, image in sorted(placed, key=lambda entry: entry[:2]))

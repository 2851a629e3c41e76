"""From rows to products: the rows of one handle are one page, each with a price is something to buy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from slugify import slugify

from kashcraft.product_csv.rules.cells import Cells
from kashcraft.product_csv.rules.document import Row, RowError
from kashcraft.product_csv.rules.story import to_markdown

OPTIONS = (1, 2, 3)
_NO_OPTION = ("title", "default title")


class Publication(StrEnum):
    """Whether a product of a file is to be seen and sold."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFacts:
    """What a file and the shop both say of something to buy, in minor units."""

    values: tuple[str, ...]
    sku: str
    price: int
    sale_price: int | None
    cost: int | None
    grams: int
    taxable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What a file and the shop both say of a page, beside what can be bought on it."""

    slug: str
    name: str
    story: str
    vendor: str
    tags: tuple[str, ...]
    publication: Publication
    is_gift_card: bool
    seo_title: str
    seo_description: str
    option_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvImage:
    """A picture of a product: an address on the net, or a path beside the file."""

    row: int
    source: str
    alt: str

    @property
    def is_address(self) -> bool:
        """Return whether the picture lies on the net."""
        return self.source.casefold().startswith(("http://", "https://", "//"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvChoice(ChoiceFacts):
    """Something to buy; an empty ``sku`` or ``picture`` or no ``quantity`` where the file says nothing.

    ``picture`` is the source of the picture that shows it.
    """

    row: int
    quantity: int | None
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvProduct(PageFacts):
    """A page of the file and what can be bought on it; one choice without values is a single piece."""

    row: int
    type: str
    choices: tuple[CsvChoice, ...]
    images: tuple[CsvImage, ...]


def read_products(rows: Sequence[Row], currency: str) -> tuple[list[CsvProduct], list[RowError]]:
    """Return the products of a file's rows, and every reason why one of them cannot be used.

    Amounts are read in ``currency``. Products with errors are left out of the list, so that nothing about
    them is reported twice.
    """
    errors: list[RowError] = []
    products = []
    first_rows: dict[str, int] = {}
    for handle, group in groupby(rows, key=lambda row: row["handle"]):
        members = list(group)
        slug = slugify(handle, max_length=160, word_boundary=True)
        cells = Cells(members[0], errors)
        if not slug:
            cells.refuse("handle", "a product needs a handle of letters or digits")
            continue
        if slug in first_rows:
            cells.refuse(
                "handle", f"“{handle}” begins in row {first_rows[slug]}; its rows must stand together"
            )
            continue
        first_rows[slug] = members[0].number
        before = len(errors)
        product = _product(slug, members, currency, errors)
        if len(errors) == before:
            products.append(product)
    _refuse_repeated_skus(products, errors)
    return products, sorted(errors)


def _product(slug: str, rows: Sequence[Row], currency: str, errors: list[RowError]) -> CsvProduct:
    head = Cells(rows[0], errors)
    name = head.text("title", 200)
    if not name:
        head.refuse("title", "the first row of a product needs its title")
    for row in rows[1:]:
        if row["title"] not in ("", rows[0]["title"]):
            Cells(row, errors).refuse("title", "another title than in the product's first row")
    option_names = _option_names(head)
    return CsvProduct(
        row=rows[0].number,
        slug=slug,
        name=name,
        story=to_markdown(rows[0]["body"]),
        vendor=head.text("vendor", 120),
        type=head.text("type", 120),
        tags=_tags(head),
        publication=_publication(head),
        is_gift_card=head.flag("gift_card", default=False),
        seo_title=head.text("seo_title", 120),
        seo_description=head.text("seo_description", 320),
        option_names=option_names,
        choices=_choices(rows, option_names, currency, errors),
        images=_images(rows, errors),
    )


def _publication(head: Cells) -> Publication:
    status = head.row["status"].casefold()
    if status not in ("", *Publication):
        head.refuse("status", f"“{head.row['status']}” is none of active, draft, archived")
        return Publication.DRAFT
    published = head.flag("published", default=True)
    if status in ("", Publication.ACTIVE):
        return Publication.ACTIVE if published else Publication.DRAFT
    return Publication(status)


def _tags(head: Cells) -> tuple[str, ...]:
    tags: dict[str, str] = {}
    for part in head.row["tags"].split(","):
        tag = " ".join(part.split())
        if len(tag) > 80:
            head.refuse("tags", f"“{tag[:20]}…” is longer than 80 characters")
        elif tag:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def _option_names(head: Cells) -> tuple[str, ...]:
    first = (head.row["option1_name"].casefold(), head.row["option1_value"].casefold())
    if first == _NO_OPTION:
        return ()
    names: list[str] = []
    for at in OPTIONS:
        name = head.text(f"option{at}_name", 40)
        if not name and head.row[f"option{at}_value"]:
            head.refuse(f"option{at}_name", "an option with values needs a name")
        elif name and len(names) < at - 1:
            head.refuse(f"option{at}_name", "options are filled from the first on, without a gap")
        elif name.casefold() in (other.casefold() for other in names):
            head.refuse(f"option{at}_name", f"“{name}” is there twice")
        elif name:
            names.append(name)
    return tuple(names)


def _choices(
    rows: Sequence[Row], option_names: tuple[str, ...], currency: str, errors: list[RowError]
) -> tuple[CsvChoice, ...]:
    choices: list[CsvChoice] = []
    seen: dict[tuple[str, ...], int] = {}
    for at, row in enumerate(rows):
        if at and not any(row[column] for column in ("option1_value", "sku", "price")):
            continue
        cells = Cells(row, errors)
        values = tuple(cells.text(f"option{place}_value", 80) for place in OPTIONS[: len(option_names)])
        for place, value in enumerate(values, start=1):
            if not value:
                cells.refuse(f"option{place}_value", f"no value for “{option_names[place - 1]}”")
        key = tuple(value.casefold() for value in values)
        if key in seen:
            cells.refuse("option1_value", f"the same choice as in row {seen[key]}")
        seen.setdefault(key, row.number)
        choices.append(_choice(cells, values, currency))
    return tuple(choices)


def _choice(cells: Cells, values: tuple[str, ...], currency: str) -> CsvChoice:
    price = cells.amount("price", currency)
    if price is None and not cells.row["price"]:
        cells.refuse("price", "there is no price")
    compare_at = cells.amount("compare_at", currency)
    on_sale = price is not None and compare_at is not None and compare_at > price
    return CsvChoice(
        row=cells.row.number,
        values=values,
        sku=cells.text("sku", 64).lstrip("'"),
        price=(compare_at if on_sale else price) or 0,
        sale_price=price if on_sale else None,
        cost=cells.amount("cost", currency),
        grams=cells.grams("grams"),
        quantity=cells.quantity("quantity"),
        taxable=cells.flag("taxable", default=True),
        picture=cells.row["variant_image"] if values else "",
    )


def _images(rows: Sequence[Row], errors: list[RowError]) -> tuple[CsvImage, ...]:
    placed: list[tuple[int, int, CsvImage]] = []
    known: set[str] = set()
    for row in rows:
        cells = Cells(row, errors)
        source = row["image_src"]
        position = cells.position("image_position", len(rows) + 1)
        if source and source not in known:
            known.add(source)
            placed.append((position, row.number, CsvImage(row.number, source, cells.text("image_alt", 320))))
    for row in rows:
        source = row["variant_image"]
        if source and source not in known:
            known.add(source)
            placed.append((len(rows) + 1, row.number, CsvImage(row.number, source, "")))
    return tuple(image for _, _, image in sorted(placed, key=lambda entry: entry[:2]))


def _refuse_repeated_skus(products: Sequence[CsvProduct], errors: list[RowError]) -> None:
    seen: dict[str, int] = {}
    for product in products:
        for choice in product.choices:
            if choice.sku and choice.sku in seen:
                message = f"“{choice.sku}” is also the SKU of row {seen[choice.sku]}"
                errors.append(RowError(choice.row, "Variant SKU", message))
            seen.setdefault(choice.sku, choice.row)

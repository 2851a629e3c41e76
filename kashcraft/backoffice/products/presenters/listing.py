"""The list of products: tabs, columns and rows."""

from __future__ import annotations

from collections.abc import Mapping

from kashcraft.backoffice.presenters.cells import tag_cell
from kashcraft.backoffice.presenters.tables import (
    ALL,
    Cell,
    ColumnKind,
    ListOutline,
    PhonePlace,
    TableColumn,
    TableRow,
    TimeStyle,
)
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.product_list import ListedProduct
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText, ngettext
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import Money
from kashcraft.inventory.rules import UNCOUNTED
from kashcraft.product_cards.rules import Picture

STATES: Mapping[Status, tuple[LazyText, str]] = {
    Status.ACTIVE: (_l("Active"), "good"),
    Status.DRAFT: (_l("Draft"), "info"),
    Status.ARCHIVED: (_l("Archived"), "muted"),
}
LIST = ListOutline(
    name="products",
    label=_l("Products"),
    endpoint="backoffice.products",
    columns=(
        TableColumn(key="name", label=_l("Product"), kind=ColumnKind.LONG, sorts=True),
        TableColumn(
            key="sku", label=_l("SKU"), kind=ColumnKind.CODE, on_phone=PhonePlace.NOWHERE, on_tablet=False
        ),
        TableColumn(key="price", label=_l("Price"), kind=ColumnKind.NUMBER, sorts=True),
        TableColumn(key="sale", label=_l("Sale"), kind=ColumnKind.TAG),
        TableColumn(key="stock", label=_l("Available"), kind=ColumnKind.NUMBER),
        TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG, on_phone=PhonePlace.TITLE),
        TableColumn(
            key="publish", label=_l("Publish at"), kind=ColumnKind.TIME, on_phone=PhonePlace.NOWHERE,
            on_tablet=False,
        ),
    ),
    sort="-added",
    tabs=((ALL, _l("All")), *((status.value, label) for status, (label, _state) in STATES.items())),
    find_label=_l("Name or SKU"),
    find_all_label=_l("Search all products"),
    empty=(_l("No products here"), _l("Create one, or import a product file.")),
)  # fmt: skip


def product_row(product: ListedProduct, formats: Formats, *, url: str, stock_url: str) -> TableRow:
    """Return a product as a row of the list; ``stock_url`` is empty for staff who may not see stock."""
    picture = product.picture
    shown = Picture(picture.stem, picture.width, picture.height, picture.widths) if picture else None
    first = product.skus[0] if product.skus else ""
    skus = _("%(sku)s and %(others)s more", sku=first, others=formats.number(len(product.skus) - 1))
    uncounted = product.units >= UNCOUNTED
    return TableRow(
        id=str(product.id),
        title=product.name,
        cells=(
            Cell(text=product.name, href=url, note=_variants(product), image=shown, export=product.name),
            Cell(text=skus if len(product.skus) > 1 else first, export=" ".join(product.skus)),
            Cell(text=_prices(product, formats), export=_lowest(product)),
            Cell(text=_("On sale"), tag="warn") if product.is_on_sale else Cell(),
            Cell(
                text=_("Not counted") if uncounted else formats.number(product.units),
                href=stock_url,
                export="" if uncounted else product.units,
            ),
            tag_cell(STATES[product.status]),
            Cell(at=product.publish_at, style=TimeStyle.TIME) if product.publish_at else Cell(),
        ),
    )


def status_counts(counted: Mapping[Status, int]) -> dict[str, int]:
    """Return the counts of the tabs."""
    return {ALL: sum(counted.values()), **{status.value: counted.get(status, 0) for status in STATES}}


def _variants(product: ListedProduct) -> str:
    count = product.variants
    return ngettext("%(num)s variant", "%(num)s variants", count) if count else ""


def _prices(product: ListedProduct, formats: Formats) -> str:
    if product.low is None or product.high is None:
        return ""
    low, high = (formats.amount(Money(one, product.currency)) for one in (product.low, product.high))
    return low if low == high else f"{low}–{high}"


def _lowest(product: ListedProduct) -> object:
    return Money(product.low, product.currency).amount if product.low is not None else ""

"""Changes of many products at once: their names, and the rows of preview and result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    Table,
    TableColumn,
    TableRow,
    plain_table,
)
from kashcraft.backoffice.products.presenters.listing import STATES
from kashcraft.catalogue.rules.kinds import Status
from kashcraft.catalogue.rules.price_changes import change_price
from kashcraft.catalogue.rules.product_list import PageRow, SoldRow
from kashcraft.core.errors import DomainError
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l

CHANGES: Mapping[str, LazyText] = {
    "publish": _l("Publish"),
    "archive": _l("Archive"),
    "restore": _l("Restore"),
    "tag": _l("Add a tag"),
    "untag": _l("Remove a tag"),
    "prices": _l("Change prices"),
}
# By what has become of a row: its label, and the state that colors its tag.
OUTCOMES: Mapping[str, tuple[LazyText, str]] = {
    "changes": (_l("Will change"), "info"),
    "done": (_l("Changed"), "good"),
    "same": (_l("Stays as it is"), "muted"),
    "refused": (_l("Not changed"), "bad"),
}
# Why a product was not changed, by the code of the refusal.
REASONS: Mapping[str, LazyText] = {
    "price_negative": _l("A price would be below 0."),
    "sale_price_not_lower": _l("The sale price would not be below the price."),
    "price_changed_since": _l("Its price was changed in the meantime."),
    "not_found": _l("It does not exist any more."),
}
STATUSES = {"publish": Status.ACTIVE, "archive": Status.ARCHIVED, "restore": Status.DRAFT}
COLUMNS = (
    TableColumn(key="product", label=_l("Product"), kind=ColumnKind.LONG),
    TableColumn(key="before", label=_l("Now"), kind=ColumnKind.TEXT),
    TableColumn(key="after", label=_l("Then"), kind=ColumnKind.TEXT),
    TableColumn(key="outcome", label=_l("Result"), kind=ColumnKind.TAG),
)
_NOT_OFFERED = {
    "active": {"publish", "restore"},
    "draft": {"restore"},
    "archived": {"publish", "archive"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """A product or variant with its value before and after; ``reason`` is why it is refused."""

    id: str
    title: str
    before: str
    after: str
    outcome: str
    reason: str = ""


def offered_changes(tab: str) -> list[str]:
    """Return the changes that a tab of the list offers."""
    return [one for one in CHANGES if one not in _NOT_OFFERED.get(tab, set())]


def planned_statuses(pages: Sequence[PageRow], change: str) -> list[ChangedRow]:
    """Return what publishing, archiving or restoring does to each page; only archived ones are restored."""
    target = STATUSES[change]
    rows = []
    for page in pages:
        changes = page.status is not target and (
            (page.status is Status.ARCHIVED) if change == "restore" else page.status is not Status.ARCHIVED
        )
        rows.append(
            ChangedRow(
                id=str(page.id),
                title=page.name,
                before=str(STATES[page.status][0]),
                after=str(STATES[target if changes else page.status][0]),
                outcome="changes" if changes else "same",
            )
        )
    return rows


def planned_tags(pages: Sequence[PageRow], tag: str, *, present: bool) -> list[ChangedRow]:
    """Return what adding or removing ``tag`` does to each page."""
    rows = []
    for page in pages:
        changes = bool(tag) and (tag in page.tags) is not present
        after = [*page.tags, tag] if present else [one for one in page.tags if one != tag]
        rows.append(
            ChangedRow(
                id=str(page.id),
                title=page.name,
                before=", ".join(page.tags),
                after=", ".join(after if changes else page.tags),
                outcome="changes" if changes else "same",
            )
        )
    return rows


def planned_prices(
    sold: Sequence[SoldRow], basis_points: int, amount: int, formats: Formats
) -> list[ChangedRow]:
    """Return the price of each row before and after; a refusal keeps the prices of its whole product."""
    return [_planned_price(one, basis_points, amount, formats) for one in sold]


def refused(row: ChangedRow, code: str) -> ChangedRow:
    """Return a row as the change has left it; ``code`` is why its product was refused."""
    if not code:
        return replace(row, outcome="done" if row.outcome == "changes" else "same")
    return replace(row, after=row.before, outcome="refused", reason=str(REASONS[code]))


def _planned_price(one: SoldRow, basis_points: int, amount: int, formats: Formats) -> ChangedRow:
    title = f"{one.name} ({one.options})" if one.options else one.name
    before = formats.amount(one.price)
    row = ChangedRow(id=str(one.id), title=title, before=before, after=before, outcome="same")
    try:
        price = change_price(one.price, basis_points=basis_points, amount=amount)
    except DomainError as refusal:
        return refused(row, refusal.code)
    if one.sale_price is not None and one.sale_price >= price:
        return refused(row, "sale_price_not_lower")
    outcome = "changes" if price != one.price else "same"
    return replace(row, after=formats.amount(price), outcome=outcome)


def changes_table(rows: Sequence[ChangedRow]) -> Table:
    """Return the rows of a preview or a result as a table."""
    return plain_table(_("Selected products"), COLUMNS, [_row(one) for one in rows])


def _row(one: ChangedRow) -> TableRow:
    label, state = OUTCOMES[one.outcome]
    return TableRow(
        id=one.id,
        title=one.title,
        cells=(
            Cell(text=one.title),
            Cell(text=one.before),
            Cell(text=one.after),
            Cell(text=str(label), tag=state, note=one.reason),
        ),
    )

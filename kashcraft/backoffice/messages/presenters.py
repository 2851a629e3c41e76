"""The lists of failed messages and failed jobs: their columns and rows, and the subjects of messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kashcraft.backoffice.presenters.tables import (
    BulkAction,
    Cell,
    ColumnKind,
    ListOutline,
    Table,
    TableColumn,
    TableRow,
    plain_table,
)
from kashcraft.core.i18n import lazy_gettext as _l

# The subject of an e-mail by the name of its template.
MESSAGES = {
    "account_exists": _l("Account exists already"),
    "books_differ": _l("Books that differ"),
    "confirm_email": _l("Confirm an e-mail address"),
    "gift_card": _l("Gift card"),
    "low_stock": _l("Stock that runs low"),
    "order_confirmation": _l("Order confirmation"),
    "order_refunded": _l("Refund"),
    "password_reset": _l("New password"),
    "payment_failed": _l("Payment that failed"),
    "points_expiring": _l("Points that expire"),
    "return_approved": _l("Return approved"),
    "return_refused": _l("Return refused"),
    "return_requested": _l("Return requested"),
    "staff_invitation": _l("Invitation to the back office"),
    "tier_changed": _l("Change of tier"),
}

NEXT = TableColumn(key="next", label=_l("Next step"), kind=ColumnKind.CUSTOM, is_exported=False)
LIST = ListOutline(
    name="messages",
    label=_l("Messages not sent"),
    endpoint="backoffice.not_sent",
    columns=(
        TableColumn(key="to", label=_l("To")),
        TableColumn(key="subject", label=_l("Subject")),
        TableColumn(key="reason", label=_l("Reason")),
        TableColumn(key="age", label=_l("Age"), kind=ColumnKind.TIME),
        NEXT,
    ),
    size=50,
    empty=(
        _l("Every e-mail was sent"),
        _l("An e-mail that could not be sent for three days appears here, with the reason."),
    ),
)
JOBS = (
    TableColumn(key="job", label=_l("Job")),
    TableColumn(key="reason", label=_l("Reason")),
    TableColumn(key="age", label=_l("Failed"), kind=ColumnKind.TIME),
    NEXT,
)


def message_row(
    key: str, *, recipient: str, template: str, reason: str | None, created_at: datetime
) -> TableRow:
    """Return a failed message as a row of the list; ``key`` is its id."""
    return TableRow(
        id=key,
        title=recipient,
        cells=(
            Cell(text=recipient),
            Cell(text=str(MESSAGES.get(template, template))),
            Cell(text=reason or ""),
            Cell(at=created_at),
            Cell(),
        ),
    )


def job_row(key: str, *, name: str, reason: str | None, failed_at: datetime | None) -> TableRow:
    """Return a failed job as a row of the table of jobs; ``key`` is its id."""
    cells = (Cell(text=name), Cell(text=reason or ""), Cell(at=failed_at), Cell())
    return TableRow(id=key, title=name, cells=cells)


def jobs_table(rows: Sequence[TableRow], *, url: str) -> Table:
    """Return the failed jobs as a table; ``url`` takes the POST that runs the selected ones again."""
    bulk = [BulkAction(label=str(_l("Run again")), url=url)]
    return replace(plain_table(_l("Jobs that failed"), JOBS, rows), id="jobs", bulk=bulk)

"""The sentences of the first page: what waits for a person, and when the ledgers were checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kashcraft.backoffice.dashboard.rules import WorkKind
from kashcraft.core.backlog import Backlog
from kashcraft.core.i18n import ngettext

_SENTENCES: Mapping[WorkKind, Callable[[int], str]] = {
    WorkKind.TO_PACK: lambda num: ngettext(
        "%(num)s order is waiting to be packed", "%(num)s orders are waiting to be packed", num
    ),
    WorkKind.TO_SHIP: lambda num: ngettext(
        "%(num)s order is being prepared for shipping", "%(num)s orders are being prepared for shipping", num
    ),
    WorkKind.ON_THE_WAY: lambda num: ngettext(
        "%(num)s order is on its way to the customer", "%(num)s orders are on their way to customers", num
    ),
    WorkKind.RETURNS_TO_ANSWER: lambda num: ngettext(
        "%(num)s return is waiting for an answer", "%(num)s returns are waiting for an answer", num
    ),
    WorkKind.RETURNS_TO_RECEIVE: lambda num: ngettext(
        "%(num)s approved return has not arrived yet", "%(num)s approved returns have not arrived yet", num
    ),
    WorkKind.RETURNS_TO_REFUND: lambda num: ngettext(
        "%(num)s return has arrived and is waiting for its refund",
        "%(num)s returns have arrived and are waiting for their refunds",
        num,
    ),
    WorkKind.REFUSED_REFUNDS: lambda num: ngettext(
        "%(num)s refund was refused by the payment processor",
        "%(num)s refunds were refused by the payment processor",
        num,
    ),
    WorkKind.LOW_STOCK: lambda num: ngettext(
        "%(num)s product is running low", "%(num)s products are running low", num
    ),
    WorkKind.MESSAGES_NOT_SENT: lambda num: ngettext(
        "%(num)s e-mail could not be sent", "%(num)s e-mails could not be sent", num
    ),
    WorkKind.FAILED_JOBS: lambda num: ngettext(
        "%(num)s background job failed", "%(num)s background jobs failed", num
    ),
}
# The endpoint of the list where the work is done, and the values of its address.
_LISTS: Mapping[WorkKind, tuple[str, Mapping[str, str]]] = {
    WorkKind.TO_PACK: ("backoffice.orders", {}),
    WorkKind.TO_SHIP: ("backoffice.orders", {"tab": "preparing"}),
    WorkKind.ON_THE_WAY: ("backoffice.orders", {"tab": "shipped"}),
    WorkKind.RETURNS_TO_ANSWER: ("backoffice.returns", {}),
    WorkKind.RETURNS_TO_RECEIVE: ("backoffice.returns", {"tab": "receive"}),
    WorkKind.RETURNS_TO_REFUND: ("backoffice.returns", {"tab": "refund"}),
    WorkKind.REFUSED_REFUNDS: ("backoffice.orders", {"_anchor": "failed-title"}),
    WorkKind.LOW_STOCK: ("backoffice.stock", {}),
    WorkKind.MESSAGES_NOT_SENT: ("backoffice.not_sent", {}),
    WorkKind.FAILED_JOBS: ("backoffice.not_sent", {}),
}
_FAULTS = {WorkKind.REFUSED_REFUNDS, WorkKind.MESSAGES_NOT_SENT, WorkKind.FAILED_JOBS}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLine:
    """A sentence about waiting work, with the list where it is done.

    ``oldest`` is since when the oldest of ``count`` items waits. ``is_fault`` marks what went wrong.
    """

    text: str
    endpoint: str
    query: Mapping[str, str] = field(default_factory=dict)
    count: int
    oldest: datetime | None
    is_fault: bool


def work_lines(work: Mapping[WorkKind, Backlog]) -> list[WorkLine]:
    """Return one sentence for each kind of work, in the order of ``work``."""
    return [_work_line(kind, waiting) for kind, waiting in work.items()]


def _work_line(kind: WorkKind, waiting: Backlog) -> WorkLine:
    endpoint, query = _LISTS[kind]
    return WorkLine(
        text=_SENTENCES[kind](waiting.count),
        endpoint=endpoint,
        query=query,
        count=waiting.count,
        oldest=waiting.oldest,
        is_fault=kind in _FAULTS,
    )

"""The audit log, which can be read and filtered and not be changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from kashcraft.accounts import queries as accounts
from kashcraft.audit import queries as audit
from kashcraft.audit.rules import EntryFilter, RecordedChange
from kashcraft.backoffice.audit.presenters import LIST, NOBODY, entry_row, filters, page_of
from kashcraft.backoffice.presenters.tables import ListRequest, TableRow
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.core.ids import UserId
from kashcraft.core.settings import formats, settings


@bp.get("/audit")
@requires(Permission.VIEW_AUDIT)
def audit_log() -> ResponseReturnValue:
    """List changes, latest first: all, or those of a person, of a kind of thing, and of a range of days."""
    asked = read_list(LIST, filters=filters(accounts.list_staff(), audit.list_subjects()))
    return answer_list(
        "backoffice/audit/list.html",
        asked,
        _search(asked),
        _rows,
        context=lambda: {"most": audit.MOST_LISTED},
    )


def _search(asked: ListRequest) -> Callable[[int, int], tuple[Sequence[RecordedChange], int]]:
    who = asked.filters["who"]
    wanted = EntryFilter(
        actor_id=UserId(UUID(who)) if who and who != NOBODY else None,
        without_person=who == NOBODY,
        subject=asked.filters["what"] or None,
        begins=_midnight(asked.filters["from"], 0),
        ends=_midnight(asked.filters["to"], 1),
    )
    return lambda page, size: audit.search_entries(wanted, page=page, size=size)


def _midnight(day: str, later: int) -> datetime | None:
    """Return the first moment of a day of the shop, or of the day after it; None without a day."""
    if not day:
        return None
    first = date.fromisoformat(day)
    if first >= date.max - timedelta(days=1):
        return None
    return datetime.combine(first + timedelta(days=later), time(), settings().zone)


def _rows(entries: Sequence[RecordedChange]) -> list[TableRow]:
    names = accounts.list_names({entry.actor_id for entry in entries})
    return [entry_row(entry, names, formats(), url=page_of(entry, url_for)) for entry in entries]

"""Retention of searches: they are anonymised first, then replaced by daily totals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, table_of
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.core.settings import settings
from kashcraft.core.upsert_totals import add_up
from kashcraft.search import rules
from kashcraft.search.models import PERSONAL_COLUMNS, SearchClick, SearchDaily, SearchHistory

SEARCHES = table_of(SearchHistory)
CLICKS = table_of(SearchClick)
DAILY = table_of(SearchDaily)
PERSONAL_RETENTION = timedelta(days=30)
RETENTION = timedelta(days=90)


def anonymise_searches(*, older_than: timedelta = PERSONAL_RETENTION, limit: int = 1000) -> int:
    """Remove member, guest hash and order from up to ``limit`` older searches; return how many.

    Whether a search led to an order stays.
    """
    is_personal = sa.or_(*(SEARCHES.c[name].is_not(None) for name in PERSONAL_COLUMNS))
    ids = db.session.scalars(_oldest(clock.now() - older_than, limit).where(is_personal)).all()
    forget = sa.update(SEARCHES).where(SEARCHES.c.id.in_(ids))
    db.session.execute(forget.values(dict.fromkeys(PERSONAL_COLUMNS)))
    return len(ids)


def purge_searches(*, older_than: timedelta = RETENTION, limit: int = 1000) -> int:
    """Delete up to ``limit`` older searches with their clicks; return how many.

    They are added to the totals of their day in the same step. Searches that another transaction has locked
    are skipped.
    """
    ids = db.session.scalars(_oldest(clock.now() - older_than, limit)).all()
    opened = sa.delete(CLICKS).where(CLICKS.c.search_id.in_(ids)).returning(CLICKS.c.search_id)
    clicks = Counter(db.session.scalars(opened))
    deleted = sa.delete(SEARCHES).where(SEARCHES.c.id.in_(ids)).returning(*SEARCHES.c)
    add_up(DAILY, _totals(db.session.execute(deleted).all(), clicks))
    return len(ids)


def _oldest(before: datetime, limit: int) -> sa.Select[UUID]:
    """Return the ids of searches made before a moment, oldest first, without locked ones."""
    return (
        sa.select(SEARCHES.c.id)
        .where(SEARCHES.c.timestamp < before)
        .order_by(SEARCHES.c.timestamp)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _totals(searches: Sequence[Any], clicks: Counter[Any]) -> dict[tuple[Any, ...], Counter[str]]:
    totals: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in searches:
        day = row.timestamp.astimezone(settings().zone).date()
        totals[day, row.query_type, rules.query_for_totals(row.normalised_query)].update(
            searches=1,
            without_results=int(row.result_count == 0),
            corrected=int(row.used_correction),
            clicked=int(clicks[row.id] > 0),
            clicks=clicks[row.id],
            converted=int(row.converted_to_order),
        )
    return totals


def export_personal_data(*, person: Individual) -> Export:
    """Return the searches of a person. One statement, none for a guest, who is not recognized."""
    if person.user_id is None:
        return {}
    searches = sa.select(SEARCHES.c.query, SEARCHES.c.filters, SEARCHES.c.result_count, SEARCHES.c.timestamp)
    own = searches.where(SEARCHES.c.user_id == person.user_id)
    return {"searches": read_rows(own.order_by(SEARCHES.c.timestamp, SEARCHES.c.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Delete the searches of a person, with what was opened."""
    if person.user_id is not None:
        run_erasures(sa.delete(SEARCHES).where(SEARCHES.c.user_id == person.user_id))

"""What is remembered of searches is forgotten in time: first who, then what, but never how often."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.db import db, table_of
from kashcraft.core.settings import settings
from kashcraft.core.upsert_totals import add_up
from kashcraft.search import rules
from kashcraft.search.models import NAMES_SOMEBODY, SearchClick, SearchDaily, SearchHistory

SEARCHES = table_of(SearchHistory)
CLICKS = table_of(SearchClick)
DAILY = table_of(SearchDaily)
NAMED_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=90)


def anonymise_searches(*, older_than: timedelta = NAMED_FOR, limit: int = 1000) -> int:
    """Have up to ``limit`` searches made longer ago than that forget who made them; return how many.

    Member, guest's hash and order go, since each leads to the person; that there was an order stays.
    """
    leads_to_somebody = sa.or_(*(SEARCHES.c[name].is_not(None) for name in NAMES_SOMEBODY))
    ids = db.session.scalars(_oldest(clock.now() - older_than, limit).where(leads_to_somebody)).all()
    forget = sa.update(SEARCHES).where(SEARCHES.c.id.in_(ids))
    db.session.execute(forget.values(dict.fromkeys(NAMES_SOMEBODY)))
    return len(ids)


def purge_searches(*, older_than: timedelta = KEPT_FOR, limit: int = 1000) -> int:
    """Delete up to ``limit`` searches made longer ago than that, with their clicks; return how many.

    They are added to the totals of their day in the same step. Searches that another step works on are left
    to it.
    """
    ids = db.session.scalars(_oldest(clock.now() - older_than, limit)).all()
    opened = sa.delete(CLICKS).where(CLICKS.c.search_id.in_(ids)).returning(CLICKS.c.search_id)
    clicks = Counter(db.session.scalars(opened))
    gone = sa.delete(SEARCHES).where(SEARCHES.c.id.in_(ids)).returning(*SEARCHES.c)
    add_up(DAILY, _totals(db.session.execute(gone).all(), clicks))
    return len(ids)


def _oldest(before: datetime, limit: int) -> sa.Select[UUID]:
    """Return the ids of searches made before a moment, oldest first, but those that are in other hands."""
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
        totals[day, row.query_type, rules.words_kept(row.normalised_query)].update(
            searches=1,
            without_results=int(row.result_count == 0),
            corrected=int(row.used_correction),
            clicked=int(clicks[row.id] > 0),
            clicks=clicks[row.id],
            converted=int(row.converted_to_order),
        )
    return totals

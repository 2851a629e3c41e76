"""What seldom changes and is asked for with every price is kept in the process, under a number.

The database raises the number itself, by triggers on the tables concerned, so that no way of changing them
can forget it. A page reads it along with its first statement; what was read under another number is read
again. Numbers are moments: none comes back with other rows after a step that failed or a backup that was
restored.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa

from kashcraft.core import clock
from kashcraft.core.caches import Cache
from kashcraft.core.db import Mapped, Model, in_a_step, mapped_column

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class ReferenceVersion(Model):
    """The one row whose number rises with every change of the tables that seldom change."""

    __tablename__ = "reference_version"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(sa.BigInteger)


def current() -> sa.ScalarSelect[int]:
    """Return the number as a column for another statement; NULL where it was never set."""
    found = sa.select(ReferenceVersion.version).where(ReferenceVersion.id == 1)
    return found.scalar_subquery()


def raised(column: Any) -> sa.ColumnElement[int]:
    """Return the next number for a column of such numbers: the moment in microseconds, or one more than it
    has where that is no more.
    """
    moment = sa.literal(int(clock.now().timestamp() * 1_000_000), sa.BigInteger())
    return sa.case((column < moment, moment), else_=column + 1)


def cached_at_version(
    version: int | None, cache: Cache[K, tuple[int, T]], key: K, read: Callable[[], T]
) -> T:
    """Return what ``read`` gave for ``key`` at ``version``, reading it only where ``cache`` does not hold it.

    Without a version nothing is kept, and nothing of what a step reads: it may be taken back, and its number
    may come again.
    """
    if version is None:
        return read()
    known = cache.get(key)
    if known is not None and known[0] == version:
        return known[1]
    found = read()
    if not in_a_step():
        cache.put(key, (version, found))
    return found

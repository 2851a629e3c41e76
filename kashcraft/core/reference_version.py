"""A version number for tables that seldom change, so that their content can be cached in the process.

Triggers of the database raise the number with every change of these tables. A page reads it together with its
first statement, and reads content again that was cached at another version. The numbers are moments in
microseconds, so a rollback or a restored backup never repeats one with other content.
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
    """The single row with the version of the tables that seldom change."""

    __tablename__ = "reference_version"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(sa.BigInteger)


def current() -> sa.ScalarSelect[int]:
    """Return the version as a column for another statement; NULL where it was never set."""
    found = sa.select(ReferenceVersion.version).where(ReferenceVersion.id == 1)
    return found.scalar_subquery()


def raised(column: Any) -> sa.ColumnElement[int]:
    """Return the next version for a column of versions: the time in microseconds, or the old one plus 1."""
    moment = sa.literal(int(clock.now().timestamp() * 1_000_000), sa.BigInteger())
    return sa.case((column < moment, moment), else_=column + 1)


def cached_at_version(
    version: int | None, cache: Cache[K, tuple[int, T]], key: K, read: Callable[[], T]
) -> T:
    """Return the value of ``key`` at ``version``; call ``read`` where ``cache`` has no such value.

    Nothing is cached without a version or inside a step, because the step may be rolled back and its version
    used again.
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

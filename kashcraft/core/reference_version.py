"""A version number for tables that seldom change, so that their content can be cached in the process.

Triggers of the database raise the number with every change of these tables. A page reads it together with its
first statement, and reads content again that was cached at another version. The numbers are moments in
microseconds, so a rollback or a restored backup never repeats one with other content.

A request, a job and a command each see one version (``seen_version``). What they show of these tables and of
the settings belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa

from kashcraft.core import autocommit, clock
from kashcraft.core.caches import Cache, request_memo
from kashcraft.core.db import Mapped, Model, after_step, connection_of_step, db, in_a_step, mapped_column
from kashcraft.core.settings import Settings

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
_VERSION = "version"


@dataclass(slots=True)
class Seen:
    """What a request, a job or a command has seen: the version and its settings, with those of the
    installation from which they were made.
    """

    version: int | None = None
    installation: Settings | None = None
    settings: Settings | None = None


_seen: ContextVar[Seen | None] = ContextVar("seen", default=None)
# Other versions that the same statement reads, by their names in the memo of the request.
_TOGETHER: dict[str, sa.ScalarSelect[int]] = {}


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


def begin_context(found: Seen | None) -> Seen | None:
    """Make ``found`` what the current context has seen, at first nothing; return the previous one."""
    before = _seen.get()
    _seen.set(found)
    return before


def seen() -> Seen:
    """Return what the current context has seen; outside of an application's context a new one each time."""
    found = _seen.get()
    return Seen() if found is None else found


def forget() -> None:
    """Have the current context read the version again, at the beginning of a request or job."""
    known = seen()
    known.version = known.installation = known.settings = None


def note_change() -> None:
    """Have the current context read the version again after the current step, which changes it.

    Raises RuntimeError outside of a step.
    """
    after_step(forget)


def remember_version(number: int | None) -> None:
    """Store the version that another statement has read, unless the context has seen one before."""
    known = seen()
    if known.version is None:
        known.version = number or 0


def read_together(name: str, column: sa.ScalarSelect[int]) -> None:
    """Have the statement of ``read_versions`` read ``column`` as well, under ``name``."""
    _TOGETHER[name] = column


def read_versions() -> dict[str, int]:
    """Read the version and those of ``read_together`` in one statement, for the rest of the request.

    Returns them by name, the reference version as ``version``. One that was never set is 0.
    """
    row = autocommit.rows(_statement(tuple(_TOGETHER)))[0]
    remember_version(row.version)
    found = {name: int(value or 0) for name, value in row._mapping.items()}
    request_memo().update({name: found[name] for name in _TOGETHER})
    return found


@cache
def _statement(names: tuple[str, ...]) -> sa.Executable:
    return sa.select(current().label(_VERSION), *(_TOGETHER[name].label(name) for name in names))


def seen_version() -> int:
    """Return the version that the current request, job or command has seen.

    No statement where another one has read it, as on every page that shows the catalogue or a setting of the
    back office. Otherwise one, which reads the catalogue's version for the request as well.
    """
    known = seen().version
    if known is not None:
        return known
    if in_a_step():
        # A read by ``autocommit`` would flush what the step has not completed yet.
        found = connection_of_step().execute(sa.select(current())).scalar() or 0
        remember_version(found)
        return found
    return read_versions()[_VERSION]


def raised(column: Any) -> sa.ColumnElement[int]:
    """Return the next version for a column of versions: the time in microseconds, or the old one plus 1."""
    moment = sa.literal(int(clock.now().timestamp() * 1_000_000), sa.BigInteger())
    return sa.case((column < moment, moment), else_=column + 1)


def change_in_turn() -> None:
    """Begin a change of these tables: other steps that change them wait until the present step ends.

    So what a service reads afterwards, to refuse a change, stays true until its commit. After it the current
    context sees the new version.
    """
    note_change()
    new = raised(ReferenceVersion.version)
    db.session.execute(sa.update(ReferenceVersion).where(ReferenceVersion.id == 1).values(version=new))


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

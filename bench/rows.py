"""A row of the report: a measurement between two readings of a yardstick, which is mostly the bare page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bench.targets import find_target

# The machine was too busy where the lower of two readings is less than this part of the higher one.
STEADY = 0.8


class Unit(StrEnum):
    """What a value counts."""

    RATE = "/s"
    SECONDS = "s"
    MEBIBYTES = "MiB"


class Yardstick(StrEnum):
    """What the readings before and after a measurement count."""

    PAGE = "bare page"
    TRANSACTION = "bare transaction"


@dataclass(frozen=True)
class Outcome:
    """What a measurement came to. ``wrong`` says what the shop did wrong, ``note`` what else was seen."""

    value: float
    note: str = ""
    wrong: str = ""


@dataclass(frozen=True)
class Subject:
    """What is measured, where, in which unit, and beside what.

    ``statements`` is the number of SQL statements of a request.
    """

    workload: str
    database: str
    products: int
    unit: Unit = Unit.RATE
    yardstick: Yardstick = Yardstick.PAGE
    statements: int | None = None


@dataclass(frozen=True)
class Row:
    """A measurement; ``before`` and ``after`` are readings of its yardstick, per second."""

    subject: Subject
    outcome: Outcome
    before: float | None = None
    after: float | None = None
    attempts: int = 1

    @property
    def is_usable(self) -> bool:
        """Return whether the two readings differ by no more than a fifth of the higher one."""
        if self.before is None or self.after is None:
            return True
        return min(self.before, self.after) >= STEADY * max(self.before, self.after)

    @property
    def ratio(self) -> float | None:
        """Return the rate divided by the mean of both readings; None where there is no usable one."""
        if self.subject.unit is not Unit.RATE or not self.is_usable:
            return None
        if self.before is None or self.after is None:
            return None
        return self.outcome.value / ((self.before + self.after) / 2)

    @property
    def is_reached(self) -> bool | None:
        """Return whether the target is reached; None where there is none or the row is not usable.

        What the shop did wrong misses every target.
        """
        target = find_target(self.subject.workload, self.subject.database)
        if target is None:
            return None
        if self.outcome.wrong:
            return False
        if not self.is_usable:
            return None
        compared = self.ratio if self.subject.unit is Unit.RATE else self.outcome.value
        return None if compared is None else target.is_reached(compared)


def measure_between_readings(
    subject: Subject, work: Callable[[], Outcome], read_yardstick: Callable[[], float], *, attempts: int
) -> Row:
    """Read the yardstick, do ``work``, read the yardstick again; return the row.

    An unusable row is measured again, up to ``attempts`` times in all; the reading that ends one attempt
    begins the next one.
    """
    before = read_yardstick()
    for attempt in range(1, attempts + 1):
        outcome = work()
        after = read_yardstick()
        row = Row(subject, outcome, before, after, attempt)
        if row.is_usable:
            break
        before = after
    return row

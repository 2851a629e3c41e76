"""What a run measures and for how long, and how its workloads become rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, repeat

from bench.load import Request, send_load
from bench.rows import Outcome, Row, Subject, measure_between_readings

CONNECTIONS = 8
# Answers are not counted before caches, pools and plans are those of a shop that has been open for a while.
WARM_UP_SECONDS = 1.0


@dataclass(frozen=True)
class Plan:
    """What to measure. ``seconds`` is the length of a reading of the bare page and of a load; the other
    numbers are those of the workloads that count instead. No name in ``only`` means every workload.
    """

    databases: Sequence[str] = ("postgres", "sqlite")
    products: Sequence[int] = (10_000,)
    seconds: float = 3.0
    attempts: int = 3
    spread: int = 5000
    price_changes: int = 20
    starts: int = 3
    mixed_requests: int = 10_000
    checkouts: int = 96
    only: Sequence[str] = ()

    def wants(self, workload: str) -> bool:
        """Return whether a workload is measured."""
        return not self.only or workload in self.only


QUICK = Plan(
    databases=("postgres",),
    seconds=1.0,
    spread=1000,
    price_changes=5,
    starts=1,
    mixed_requests=2000,
    checkouts=32,
)


@dataclass(frozen=True)
class Bench:
    """A plan, and the bare page beside which it is measured."""

    plan: Plan
    bare_url: str

    def read_bare_page(self) -> float:
        """Return how many bare pages are answered in a second."""
        return self.rate_of(self.bare_url, repeat(Request("/")))

    def rate_of(self, url: str, requests: Iterator[Request]) -> float:
        """Return how many of ``requests`` the server at ``url`` answers in a second."""
        return send_load(url, requests, connections=CONNECTIONS, seconds=self.plan.seconds).rate

    def warm_up(self, url: str, requests: Iterator[Request]) -> None:
        """Send ``requests`` for a while without counting the answers."""
        send_load(url, requests, connections=CONNECTIONS, seconds=WARM_UP_SECONDS)

    def send_all(self, url: str, requests: Sequence[Request]) -> None:
        """Send each of ``requests`` once without counting the answers."""
        send_load(url, cycle(requests), connections=CONNECTIONS, count=len(requests))

    def row(self, subject: Subject, work: Callable[[], Outcome], *, attempts: int | None = None) -> Row:
        """Do ``work`` between two readings of the bare page and return the row.

        An unusable row is measured again, ``attempts`` times in all, by default as often as planned.
        """
        attempts = attempts or self.plan.attempts
        return measure_between_readings(subject, work, self.read_bare_page, attempts=attempts)

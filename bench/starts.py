"""The first listing and the first product page of a process that has just started."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from functools import partial

from bench.catalogue import slug
from bench.pages import LISTING, PRODUCT
from bench.plan import Bench
from bench.rows import Outcome, Row, Subject, Unit
from bench.servers import Installation
from bench.visitors import Browser

PATHS = {"first-listing": LISTING, "first-product": f"/p/{slug(PRODUCT)}"}
NAMES = tuple(PATHS)


def measure(installation: Installation, bench: Bench) -> Iterator[Row]:
    """Measure the first page of each kind in processes that have answered no page before; yield the rows."""
    for name, path in PATHS.items():
        if bench.plan.wants(name):
            subject = Subject(name, installation.database, installation.products, Unit.SECONDS)
            yield bench.row(subject, partial(_first_page, installation, bench.plan.starts, path), attempts=1)


def _first_page(installation: Installation, starts: int, path: str) -> Outcome:
    """Return the median of the first answers; the note has that of the second ones, of the same process."""
    first, second = [], []
    for _ in range(starts):
        with installation.serving() as server:
            # One connection, which stays with the process that accepted it.
            visitor = Browser(server.url)
            first.append(_seconds(visitor, path))
            second.append(_seconds(visitor, path))
    again = f"the second time {statistics.median(second):.3f} s"
    return Outcome(statistics.median(first), f"{again}; median of {starts}")


def _seconds(visitor: Browser, path: str) -> float:
    began = time.perf_counter()
    status = visitor.ask("GET", path)[0]
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return time.perf_counter() - began

"""What each workload has to reach on PostgreSQL with two web processes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A limit: ``least`` for the ratio to the bare page, ``most`` for seconds or MiB."""

    least: float | None = None
    most: float | None = None

    def is_reached(self, value: float) -> bool:
        """Return whether ``value`` keeps to the limit."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def text(self) -> str:
        """Return the limit as the table shows it."""
        return f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"


TARGETS = {
    "listing": Target(least=0.30),
    "listing-live": Target(least=0.10),
    "listing-with-cart": Target(least=0.15),
    "listing-signed-in": Target(least=0.15),
    "product": Target(least=0.15),
    "product-live": Target(least=0.15),
    "product-with-cart": Target(least=0.15),
    "product-signed-in": Target(least=0.15),
    "product-spread": Target(least=0.15),
    "product-spread-live": Target(least=0.15),
    "search": Target(least=0.05),
    "search-live": Target(least=0.05),
    "add-to-cart": Target(least=0.08),
    "checkout-paid": Target(least=0.010),
    "sale": Target(most=0.4),
    "stale-product": Target(most=0.1),
    "stale-listing": Target(most=0.1),
    "stale-cart": Target(most=0.1),
    "first-listing": Target(most=1.0),
    "memory-web": Target(most=180.0),
}


def find_target(workload: str, database: str) -> Target | None:
    """Return the target of a workload, None where it has none: SQLite, which is one process, has none."""
    return TARGETS.get(workload) if database == "postgres" else None

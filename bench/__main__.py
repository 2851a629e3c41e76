"""python -m bench [pages|orders|stock|slow|imports] [--quick]: print the measurements as they are made."""

from __future__ import annotations

import argparse
import sys

from bench import imports, orders, slow, stock
from bench.pages import Plan, run

QUICK = Plan(databases=("postgres",), products=(200, 10_000), connections=(8,), seconds=1.0, rounds=2)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "what", choices=["pages", "orders", "stock", "slow", "imports"], nargs="?", default="pages"
    )
    parser.add_argument("--quick", action="store_true", help="PostgreSQL alone, 8 connections, shorter")
    parser.add_argument("--database", choices=["postgres", "sqlite"], action="append")
    parser.add_argument("--products", type=int, action="append")
    parser.add_argument("--connections", type=int, action="append")
    parser.add_argument("--seconds", type=float)
    chosen = parser.parse_args()
    base = QUICK if chosen.quick else Plan()
    plan = Plan(
        databases=chosen.database or base.databases,
        products=chosen.products or base.products,
        connections=chosen.connections or base.connections,
        seconds=chosen.seconds or base.seconds,
        rounds=base.rounds,
    )
    measured = {
        "pages": lambda: run(plan),
        "orders": orders.run,
        "stock": lambda: stock.run(plan.databases),
        "imports": lambda: imports.run(plan.databases, chosen.products or imports.ROWS),
        "slow": lambda: slow.run(plan.databases, chosen.seconds or slow.SECONDS),
    }[chosen.what]()
    for line in measured:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

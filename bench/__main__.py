"""Measure the shop beside a bare page of the same machine and minute; bench/README.md explains the rows."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from bench import imports, memory, orders, pages, placing, slow, stale, starts, stock
from bench.pages import PRODUCT
from bench.plan import QUICK, Bench, Plan
from bench.report import HEADINGS, data_of, line_of, summary_of
from bench.rows import Row
from bench.servers import bare_page, install
from tests.support import postgres

# In this order: what writes little first, because later sections find its orders and carts.
SECTIONS = {
    "starts": starts,
    "pages": pages,
    "stale": stale,
    "orders": orders,
    "placing": placing,
    "memory": memory,
}
# These print tables of their own.
REPORTS = ("stock", "slow", "imports")


def main() -> None:
    """Read the arguments, measure, print; exit with 1 where the shop did something wrong."""
    chosen = parser().parse_args()
    plan = plan_of(chosen)
    if chosen.what in REPORTS:
        _print(_report(chosen.what, plan, chosen))
        return
    sections = list(SECTIONS) if chosen.what == "all" else [chosen.what]
    _print([f"8 connections, {plan.seconds:g} s a reading, up to {plan.attempts} attempts", HEADINGS])
    rows = []
    for row in measure(plan, sections):
        rows.append(row)
        _print([line_of(row)])
    _print([summary_of(rows)])
    if chosen.json:
        report = {"seconds": plan.seconds, "rows": [data_of(row) for row in rows]}
        chosen.json.write_text(json.dumps(report, indent=2) + "\n")
    if any(row.outcome.wrong for row in rows):
        raise SystemExit(1)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    made = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    made.add_argument("what", choices=["all", *SECTIONS, *REPORTS], nargs="?", default="all")
    names = [name for section in SECTIONS.values() for name in section.NAMES]
    made.add_argument("--only", action="append", choices=names, metavar="ROW", help=", ".join(names))
    made.add_argument("--quick", action="store_true", help="PostgreSQL alone, and shorter")
    made.add_argument("--database", choices=["postgres", "sqlite"], action="append")
    made.add_argument("--products", type=product_count, action="append", metavar="COUNT")
    made.add_argument("--seconds", type=float, help="length of a reading of the bare page and of a load")
    made.add_argument("--attempts", type=int, help="how often an unusable row is measured")
    made.add_argument("--json", type=Path, metavar="FILE", help="write the rows to a file as well")
    return made


def product_count(text: str) -> int:
    """Return a number of products that the workloads can do with."""
    count = int(text)
    if count <= PRODUCT:
        raise argparse.ArgumentTypeError(f"more than {PRODUCT} products are needed")
    return count


def plan_of(chosen: argparse.Namespace) -> Plan:
    """Return the plan that the arguments describe."""
    wanted = {
        "databases": chosen.database,
        "products": chosen.products,
        "seconds": chosen.seconds,
        "attempts": chosen.attempts,
        "only": chosen.only,
    }
    changes = {name: value for name, value in wanted.items() if value}
    return replace(QUICK if chosen.quick else Plan(), **changes)


def measure(plan: Plan, sections: Sequence[str]) -> Iterator[Row]:
    """Measure the sections for each database and each number of products; yield the rows."""
    wanted = [SECTIONS[name] for name in sections if any(map(plan.wants, SECTIONS[name].NAMES))]
    with ExitStack() as stack:
        bench = Bench(plan, stack.enter_context(bare_page()))
        bench.read_bare_page()
        cluster = None
        if "postgres" in plan.databases:
            cluster = stack.enter_context(postgres.cluster(durable=True, max_connections="200"))
        for database in plan.databases:
            for products in plan.products:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shop-bench-")))
                url = cluster.create_database() if cluster and database == "postgres" else None
                installation = install(database, products, folder / "instance", url)
                for section in wanted:
                    yield from section.measure(installation, bench)


def _report(what: str, plan: Plan, chosen: argparse.Namespace) -> Iterator[str]:
    if what == "stock":
        return stock.run(plan.databases)
    if what == "slow":
        return slow.run(plan.databases, chosen.seconds or slow.SECONDS)
    return imports.run(plan.databases, chosen.products or imports.ROWS)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

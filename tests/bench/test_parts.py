"""Smaller parts of the bench: arguments, addresses, memory, counted calls."""

from __future__ import annotations

import pytest

from bench.__main__ import parser, plan_of
from bench.crowd import Run, at_once
from bench.memory import Memory, read_memory
from bench.pages import product_paths
from bench.plan import QUICK, Plan

ROLLUP = """55d0c8a00000-7ffd1 ---p 00000000 00:00 0                          [rollup]
Rss:              123456 kB
Pss:               51200 kB
Pss_Dirty:         40000 kB
Shared_Clean:      30000 kB
Private_Clean:      2048 kB
Private_Dirty:     40960 kB
"""


def test_arguments_change_the_plan() -> None:
    chosen = parser().parse_args(
        [
            "pages",
            "--only",
            "product-signed-in",
            "--products",
            "200",
            "--database",
            "sqlite",
            "--seconds",
            "5",
        ]
    )

    assert chosen.what == "pages"
    assert plan_of(chosen) == Plan(
        databases=["sqlite"], products=[200], seconds=5.0, only=["product-signed-in"]
    )


def test_quick_plan_is_shorter_and_on_postgresql_alone() -> None:
    assert plan_of(parser().parse_args(["--quick"])) == QUICK
    assert (QUICK.databases, QUICK.seconds, QUICK.mixed_requests) == (("postgres",), 1.0, 2000)


def test_everything_is_measured_unless_something_is_chosen() -> None:
    assert parser().parse_args([]).what == "all"
    assert (Plan().wants("listing"), Plan(only=["product"]).wants("listing")) == (True, False)


def test_unknown_row_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(["--only", "products"])

    assert "invalid choice: 'products'" in capsys.readouterr().err


def test_too_few_products_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(["--products", "101"])

    assert "more than 101 products are needed" in capsys.readouterr().err


def test_product_pages_are_spread_evenly() -> None:
    assert product_paths(10, 4) == ["/p/product-0", "/p/product-2", "/p/product-5", "/p/product-7"]


def test_all_product_pages_are_used_where_there_are_fewer() -> None:
    assert product_paths(2, 5000) == ["/p/product-0", "/p/product-1"]


def test_memory_is_read_in_mebibytes() -> None:
    assert read_memory(ROLLUP) == Memory(proportional=50.0, own=42.0)


def test_refused_and_failed_calls_are_no_success() -> None:
    def fail() -> bool:
        raise RuntimeError("no answer")

    run = at_once([lambda: True, lambda: False, fail, lambda: True], threads=2)

    assert (run.succeeded, run.refused, run.errors) == (2, 1, ["RuntimeError('no answer')"])
    assert run.wrong() == "1 errors, first RuntimeError('no answer')"


def test_rate_counts_what_succeeded() -> None:
    assert Run(seconds=2.0, latencies=[0.1, 0.2, 0.3], refused=1).rate == 1.0
    assert Run(seconds=2.0, latencies=[0.1, 0.2, 0.3], refused=1).note() == "median 200.0 ms, worst 300.0 ms"

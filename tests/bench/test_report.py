"""The report: lines of the table, its summary, and the same rows as JSON."""

from __future__ import annotations

from bench.report import HEADINGS, data_of, line_of, summary_of
from bench.rows import Outcome, Row, Subject, Unit, Yardstick

LISTING = Row(Subject("listing", "postgres", 10_000, statements=1), Outcome(900.04), 2800.0, 3200.0)
UNUSABLE = Row(Subject("product", "postgres", 10_000), Outcome(500.0), 4005.0, 1534.0, attempts=3)
SALE = Row(
    Subject("sale", "postgres", 10_000, Unit.SECONDS),
    Outcome(0.67, note="51 sold", wrong="51 of 50 units sold"),
    3000.0,
    3000.0,
)
MEMORY = Row(Subject("memory-worker", "postgres", 200, Unit.MEBIBYTES), Outcome(98.4, note="PSS"))
PLACED = Row(Subject("placed", "sqlite", 200, yardstick=Yardstick.TRANSACTION), Outcome(150.0), 300.0, 300.0)


def test_headings_name_every_column() -> None:
    assert HEADINGS.split() == [
        "workload", "database", "products", "SQL", "value", "bare", "before", "after", "ratio", "target",
        "reached",
    ]  # fmt: skip


def test_line_has_value_readings_ratio_target_and_verdict() -> None:
    assert line_of(LISTING).split() == [
        "listing", "postgres", "10000", "1", "900.0/s", "2800", "3200", "0.3000", ">=", "0.3", "yes",
    ]  # fmt: skip


def test_unusable_line_says_so_with_both_readings() -> None:
    assert " ".join(line_of(UNUSABLE).split()) == (
        "product postgres 10000 - 500.0/s 4005 1534 unusable >= 0.15 - "
        "the bare page moved from 4005 to 1534 a second (3 attempts)"
    )


def test_wrong_answers_are_said_before_the_note() -> None:
    assert " ".join(line_of(SALE).split()) == (
        "sale postgres 10000 - 0.670 s 3000 3000 - <= 0.4 NO WRONG: 51 of 50 units sold; 51 sold"
    )


def test_line_without_readings_and_target_has_dashes() -> None:
    assert " ".join(line_of(MEMORY).split()) == "memory-worker postgres 200 - 98 MiB - - - - - PSS"


def test_line_names_another_yardstick_than_the_bare_page() -> None:
    assert " ".join(line_of(PLACED).split()) == (
        "placed sqlite 200 - 150.0/s 300 300 0.5000 - - beside a bare transaction"
    )


def test_columns_stand_below_their_headings() -> None:
    assert line_of(LISTING).index("0.3000") + len("0.3000") == HEADINGS.index("ratio") + len("ratio")
    assert line_of(LISTING).index("yes") == HEADINGS.index("reached")


def test_summary_counts_rows_and_leaves_other_yardsticks_out_of_the_range() -> None:
    assert summary_of([LISTING, UNUSABLE, SALE, MEMORY, PLACED]) == (
        "bare page 1534 to 4005 a second; 5 rows, 1 unusable, 1 of 2 targets reached, 1 wrong"
    )


def test_summary_without_readings_has_no_range() -> None:
    assert summary_of([MEMORY]) == "1 rows, 0 unusable, 0 of 0 targets reached, 0 wrong"


def test_json_has_what_the_table_shows() -> None:
    assert data_of(UNUSABLE) == {
        "workload": "product",
        "database": "postgres",
        "products": 10_000,
        "statements": None,
        "value": 500.0,
        "unit": "/s",
        "yardstick": "bare page",
        "bare_before": 4005.0,
        "bare_after": 1534.0,
        "usable": False,
        "ratio": None,
        "target": ">= 0.15",
        "reached": None,
        "attempts": 3,
        "note": "",
        "wrong": "",
    }

"""The report: the table that people read, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.rows import Row, Unit, Yardstick
from bench.targets import find_target

HEADINGS = (
    f"{'workload':20}{'database':>9}{'products':>10}{'SQL':>5}{'value':>14}{'bare before':>13}{'after':>8}"
    f"{'ratio':>10}{'target':>9}  reached"
)


def line_of(row: Row) -> str:
    """Return a row as a line under HEADINGS, followed by what else there is to say about it."""
    subject = row.subject
    target = find_target(subject.workload, subject.database)
    cells = (
        f"{subject.workload:20}{subject.database:>9}{subject.products:>10}"
        f"{'-' if subject.statements is None else subject.statements:>5}{_value(row):>14}"
        f"{_reading(row.before):>13}{_reading(row.after):>8}{_ratio(row):>10}"
        f"{target.text() if target else '-':>9}  {_reached(row)}"
    )
    beside = "" if subject.yardstick is Yardstick.PAGE else f"beside a {subject.yardstick}"
    remarks = [part for part in (_wrong(row), _unusable(row), beside, row.outcome.note) if part]
    return f"{cells:<105}{'; '.join(remarks)}".rstrip()


def _value(row: Row) -> str:
    digits = {Unit.RATE: 1, Unit.SECONDS: 3, Unit.MEBIBYTES: 0}[row.subject.unit]
    space = "" if row.subject.unit is Unit.RATE else " "
    return f"{row.outcome.value:.{digits}f}{space}{row.subject.unit}"


def _reading(reading: float | None) -> str:
    return "-" if reading is None else f"{reading:.0f}"


def _ratio(row: Row) -> str:
    if not row.is_usable:
        return "unusable"
    return "-" if row.ratio is None else f"{row.ratio:.4f}"


def _reached(row: Row) -> str:
    return {True: "yes", False: "NO", None: "-"}[row.is_reached]


def _wrong(row: Row) -> str:
    return f"WRONG: {row.outcome.wrong}" if row.outcome.wrong else ""


def _unusable(row: Row) -> str:
    if row.is_usable:
        return ""
    times = "1 attempt" if row.attempts == 1 else f"{row.attempts} attempts"
    return f"the {row.subject.yardstick} moved from {row.before:.0f} to {row.after:.0f} a second ({times})"


def summary_of(rows: Sequence[Row]) -> str:
    """Return the last line of the report: the range of the bare page, and how many rows are what."""
    beside_pages = [row for row in rows if row.subject.yardstick is Yardstick.PAGE]
    readings = [one for row in beside_pages for one in (row.before, row.after) if one is not None]
    reached = [row.is_reached for row in rows if row.is_reached is not None]
    span = f"bare page {min(readings):.0f} to {max(readings):.0f} a second; " if readings else ""
    unusable = sum(not row.is_usable for row in rows)
    return (
        f"{span}{len(rows)} rows, {unusable} unusable, {sum(reached)} of {len(reached)} targets reached, "
        f"{sum(bool(row.outcome.wrong) for row in rows)} wrong"
    )


def data_of(row: Row) -> dict[str, Any]:
    """Return a row as it is written to a JSON file."""
    subject = row.subject
    target = find_target(subject.workload, subject.database)
    return {
        "workload": subject.workload,
        "database": subject.database,
        "products": subject.products,
        "statements": subject.statements,
        "value": round(row.outcome.value, 4),
        "unit": str(subject.unit),
        "yardstick": str(subject.yardstick),
        "bare_before": row.before,
        "bare_after": row.after,
        "usable": row.is_usable,
        "ratio": row.ratio,
        "target": target.text() if target else None,
        "reached": row.is_reached,
        "attempts": row.attempts,
        "note": row.outcome.note,
        "wrong": row.outcome.wrong,
    }

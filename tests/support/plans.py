"""Query plans of the statements of a page: which tables a database would scan completely."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

EXPLAINED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")
ALIAS = re.compile(r'"?(\w+)"? AS "?(\w+)"?')
# A complete scan of an index counts, too, unless the index has the rows of a condition only.
SCAN = re.compile(r"^SCAN (\w+)(?: USING (?:COVERING )?(?:INDEX (\w+))?.*)?$")
PARTIAL = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"


@dataclass
class Recording:
    """The statements of a block, as sent to the driver."""

    engine: Engine
    statements: dict[str, Any] = field(default_factory=dict)

    def scans(self) -> list[tuple[str, str]]:
        """Return (table, statement) for every table that would be scanned completely."""
        scans_of = _sqlite_scans if self.engine.dialect.name == "sqlite" else _postgresql_scans
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            found = []
            for text, parameters in self.statements.items():
                aliases = {alias: table for table, alias in ALIAS.findall(text)}
                found += [(aliases.get(name, name), text) for name in scans_of(cursor, text, parameters)]
            connection.rollback()
            return found


@contextmanager
def recorded(engine: Engine) -> Iterator[Recording]:
    """Record the statements of the block, each once."""
    recording = Recording(engine)

    def record(_: Any, __: Any, text: str, parameters: Any, ___: Any, many: bool) -> None:
        if text.lstrip().upper().startswith(EXPLAINED):
            recording.statements.setdefault(text, parameters[0] if many else parameters)

    sa.event.listen(engine, "before_cursor_execute", record)
    try:
        yield recording
    finally:
        sa.event.remove(engine, "before_cursor_execute", record)


def _sqlite_scans(cursor: Any, text: str, parameters: Any) -> list[str]:
    cursor.execute(f"EXPLAIN QUERY PLAN {text}", parameters)
    found = [scan for row in cursor.fetchall() if (scan := SCAN.match(row[3]))]
    partial = {row[0] for row in cursor.execute(PARTIAL).fetchall()} if found else set()
    return [scan[1] for scan in found if scan[2] not in partial]


def _postgresql_scans(cursor: Any, text: str, parameters: Any) -> list[str]:
    # PostgreSQL scans small tables anyway; with this option only those without a suitable index.
    cursor.execute("SET LOCAL enable_seqscan = off")
    cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", parameters)
    return list(_sequential(cursor.fetchone()[0][0]["Plan"]))


def _sequential(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for part in plan.get("Plans", ()):
        yield from _sequential(part)

"""An import in a process of its own, which ends without warning at one point.

A program: it takes POINT and the path of a product file. What ends it stands here, at the edge of the
database; only the shop's own services run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kashcraft import create_app
from kashcraft.core.db import db
from kashcraft.product_csv.services import ProductFile, import_file
from tests.crash.buyer import SURVIVED, before_commit, end


def before_statement(target: Any, beginning: str, number: int = 1) -> None:
    """Make the process end before it sends the so many-th statement that begins so to ``target``."""
    left = number

    def look(_: Any, __: Any, text: str, *___: Any) -> None:
        nonlocal left
        left -= text.startswith(beginning)
        if not left:
            end()

    sa.event.listen(target, "before_cursor_execute", look)


# On SQLite the engine of the shop sees the step that brings everything over, and no copy.
POINTS: dict[str, Callable[[], None]] = {
    "long part": lambda: before_statement(Engine, "INSERT INTO products", 20),
    "counting": lambda: before_statement(db.engine, "INSERT INTO inventory_logs"),
    "catalogue's number": lambda: before_statement(db.engine, "UPDATE catalogue_version"),
    "uncommitted": before_commit,
    "committed": bool,
}


def main() -> None:
    """Import the file up to the point."""
    point, path = sys.argv[1], Path(sys.argv[2])
    with create_app().app_context():
        POINTS[point]()
        file = ProductFile(data=path.read_bytes(), folder=path.parent, currency="USD")
        import_file(file=file, media=path.parent / "media")
        if point == "committed":
            end()
    sys.exit(SURVIVED)


if __name__ == "__main__":
    main()

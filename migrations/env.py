"""Run the migrations in one transaction, on SQLite with foreign keys disabled.

Alembic changes a table of SQLite by creating a new one. With foreign keys enabled, dropping the old table
would delete the rows that refer to it with ON DELETE CASCADE. So they are checked before the commit instead.
"""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from kashcraft.startup_errors import errors_in_one_line

extension = current_app.extensions["migrate"]
metadata: sa.MetaData = extension.db.metadata


class BrokenReference(Exception):
    """Rows refer to missing rows, so nothing was migrated."""


def render_item(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write own column types as plain ones, because migrations import no code of the application."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def prepare_file(_: Any, __: Any, directives: list[Any]) -> None:
    """Shorten the revision to eight digits; write no file when the models equal the database."""
    directives[0].rev_id = directives[0].rev_id[:8]
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives.clear()


def configure(**options: Any) -> None:
    """Configure the migration for any database.

    The option ``encryption_key`` is for migrations that replace values by keyed hashes.
    """
    context.configure(
        encryption_key=current_app.config["SETTINGS"].encryption_keys[0],
        target_metadata=metadata,
        render_item=render_item,
        process_revision_directives=prepare_file,
        **(extension.configure_args | options),
    )


def write_script() -> None:
    """Print the statements instead of running them (``--sql``)."""
    configure(url=extension.db.engine.url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def migrate() -> None:
    """Run the migrations on the application's database."""
    with extension.db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        on_sqlite = connection.dialect.name == "sqlite"
        if on_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
        try:
            configure(connection=connection, transactional_ddl=True)
            with context.begin_transaction():
                context.run_migrations()
                if on_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise BrokenReference(f"rows without their parent: {broken[:10]}")
        finally:
            if on_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    write_script()
else:
    with errors_in_one_line():
        migrate()

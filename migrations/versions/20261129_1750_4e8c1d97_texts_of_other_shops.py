"""Texts of products are as long as other shops let them be, and so are their copies in orders.

A longer column is a change of one word in the schema: PostgreSQL rewrites no row for it. On SQLite, which
keeps a length and does not look at it, building tables anew would rewrite every row of the shop's largest
tables for that word, so it is changed where SQLite keeps it, as its manual allows for changes that leave the
rows as they are. On the way down a text that is too long stops PostgreSQL, and nothing is cut.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "4e8c1d97"
down_revision = "c3a90e17"
branch_labels = None
depends_on = None

WIDTHS = {
    "products": {
        "sku": (64, 255), "name": (200, 255), "vendor": (120, 255), "seo_title": (120, 255),
        "seo_description": (320, 1024),
    },
    "categories": {"name": (120, 255)},
    "product_attributes": {"value": (80, 255)},
    "product_images": {"alt": (320, 512)},
    "order_lines": {"sku": (64, 255), "name": (200, 255), "options": (200, 1600)},
    "gift_cards": {"sku": (64, 255)},
}  # fmt: skip


def upgrade() -> None:
    for table, columns in WIDTHS.items():
        _resize(table, columns)


def downgrade() -> None:
    for table, columns in WIDTHS.items():
        _resize(table, {name: (new, old) for name, (old, new) in columns.items()})


def _resize(table: str, columns: dict[str, tuple[int, int]]) -> None:
    if op.get_context().dialect.name == "sqlite":
        _rewrite_schema(table, columns)
        return
    for name, (_, length) in columns.items():
        op.alter_column(table, name, type_=sa.String(length))


def _rewrite_schema(table: str, columns: dict[str, tuple[int, int]]) -> None:
    connection = op.get_bind()
    named = {"table": table}
    text = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table"), named
    ).scalar_one()
    for name, (old, new) in columns.items():
        text, found = re.subn(rf'([\s(,]"?{name}"? VARCHAR\(){old}\)', rf"\g<1>{new})", text)
        if found != 1:
            raise RuntimeError(f"{table}.{name} is not as the migrations before have left it")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :table"),
        {**named, "sql": text},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")

"""Orders can be found by a part of a name, an e-mail address, a town or a postal code."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "4c8e21d6"
down_revision = "91c4e7d0"
branch_labels = None
depends_on = None

PORTION = 500
FIELDS = ("full_name", "city", "postal_code")


def upgrade() -> None:
    op.add_column("orders", sa.Column("search_key", sa.Text(), nullable=False, server_default=""))
    _fill(op.get_bind())


def downgrade() -> None:
    op.drop_column("orders", "search_key")


def _fill(connection: sa.Connection) -> None:
    orders = sa.table(
        "orders",
        sa.column("id", sa.Uuid()),
        sa.column("email", sa.String()),
        sa.column("shipping_address", sa.JSON()),
        sa.column("billing_address", sa.JSON()),
        sa.column("search_key", sa.Text()),
    )
    read = sa.select(orders.c.id, orders.c.email, orders.c.shipping_address, orders.c.billing_address)
    last = None
    while True:
        after = read if last is None else read.where(orders.c.id > last)
        rows = connection.execute(after.order_by(orders.c.id).limit(PORTION)).all()
        for row in rows:
            key = _key(row.email, row.shipping_address, row.billing_address)
            connection.execute(sa.update(orders).where(orders.c.id == row.id).values(search_key=key))
        if len(rows) < PORTION:
            return
        last = rows[-1].id


def _key(email: str, *addresses: dict[str, object]) -> str:
    found = [email]
    for address in addresses:
        found += [str(address.get(name) or "") for name in FIELDS]
    return " ".join(dict.fromkeys(_folded(text) for text in found if text))


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", bare).split())

"""Uses of vouchers are counted by mailbox, for members and guests alike; members had their id for a key."""

import sqlalchemy as sa
from alembic import op

revision = "c3a90e17"
down_revision = "8c14e0f2"
branch_labels = None
depends_on = None

DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
ALL = sa.text(
    "SELECT u.id, u.voucher_id, u.customer_key, u.slot, u.status, p.email_key "
    "FROM voucher_usages u LEFT JOIN users p ON p.id = u.user_id ORDER BY u.applied_at, u.id"
)
PEOPLE = sa.text("SELECT id, email_key FROM users")
WRITE = sa.text("UPDATE voucher_usages SET customer_key = :key, slot = :slot WHERE id = :id")


def upgrade() -> None:
    """Number the uses that count anew, since two keys of one customer may have become one."""
    connection = op.get_bind()
    slots: dict[tuple[object, str], int] = {}
    changed = []
    # A use from before somebody signed in was adopted by their id in the key alone.
    people = {_dashed(row.id): row.email_key for row in connection.execute(PEOPLE)}
    for row in connection.execute(ALL).all():
        key = _mailbox(row.email_key or people.get(row.customer_key) or row.customer_key)
        slot = row.slot
        if row.status == "applied":
            slot = slots[row.voucher_id, key] = slots.get((row.voucher_id, key), 0) + 1
        changed.append({"id": row.id, "key": key, "slot": slot})
    _write(connection, changed)


def downgrade() -> None:
    """Give members their id for a key again; guests keep their mailbox, which is an address, too."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text("SELECT id, user_id, customer_key, slot FROM voucher_usages WHERE user_id IS NOT NULL")
    ).all()
    changed = [{"id": row.id, "key": _dashed(row.user_id), "slot": row.slot} for row in rows]
    slots: dict[tuple[object, str], int] = {}
    of = {
        row.id: (row.voucher_id, row.status)
        for row in connection.execute(sa.text("SELECT id, voucher_id, status FROM voucher_usages"))
    }
    for row in changed:
        voucher_id, status = of[row["id"]]
        if status == "applied":
            row["slot"] = slots[voucher_id, row["key"]] = slots.get((voucher_id, row["key"]), 0) + 1
    _write(connection, changed)


def _write(connection: sa.Connection, changed: list[dict[str, object]]) -> None:
    """Write keys with numbers that nothing has, then the numbers: no two rows are ever alike on the way."""
    if not changed:
        return
    far = [row | {"slot": 1_000_000_000 + place} for place, row in enumerate(changed)]
    connection.execute(WRITE, far)
    connection.execute(WRITE, changed)


def _mailbox(key: str) -> str:
    name, at, domain = key.rpartition("@")
    if not at:
        return key
    name = name.partition("+")[0] or name
    if domain in DOTLESS:
        return f"{name.replace('.', '')}@{DOTLESS[domain]}"
    return f"{name}@{domain}"


def _dashed(value: object) -> str:
    text = str(value).replace("-", "")
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

"""Uses of vouchers keep a keyed hash of their customer, which can be compared and not be read."""

import hashlib
import hmac

import sqlalchemy as sa
from alembic import op

revision = "d7f0a3b9"
down_revision = "4e8c1d97"
branch_labels = None
depends_on = None

TABLE = "voucher_usages"
DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def upgrade() -> None:
    """Hash what is there, under the key that the shop hashes with from now on."""
    connection = op.get_bind()
    customers = (
        connection.execute(sa.text("SELECT DISTINCT customer_key FROM voucher_usages")).scalars().all()
    )
    _drop_indexes("customer_key")
    if customers:
        write = sa.text("UPDATE voucher_usages SET customer_key = :hash WHERE customer_key = :customer")
        key = _keyed(op.get_context().opts["encryption_key"], "customers of vouchers")
        # Without the index a statement for each would read the table each time.
        op.create_index("ix_voucher_usages_customer_key", TABLE, ["customer_key"])
        connection.execute(write, [{"customer": one, "hash": _keyed(key, one)} for one in customers])
        op.drop_index("ix_voucher_usages_customer_key", TABLE)
    _rename("customer_key", 320, "customer_hash", 64)
    _create_indexes("customer_hash")


def downgrade() -> None:
    """Write the mailbox of the account, else of the order: a hash tells none."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT u.id, u.voucher_id, u.slot, u.status, COALESCE(p.email_key, o.email_key) AS address "
            "FROM voucher_usages u JOIN orders o ON o.id = u.order_id LEFT JOIN users p ON p.id = u.user_id "
            "ORDER BY u.applied_at, u.id"
        )
    ).all()
    _drop_indexes("customer_hash")
    _rename("customer_hash", 64, "customer_key", 320)
    slots: dict[tuple[object, str], int] = {}
    changed = []
    for row in rows:
        key, slot = _mailbox(row.address), row.slot
        if row.status == "applied":
            slot = slots[row.voucher_id, key] = slots.get((row.voucher_id, key), 0) + 1
        changed.append({"id": row.id, "key": key, "slot": slot})
    if changed:
        write = sa.text("UPDATE voucher_usages SET customer_key = :key, slot = :slot WHERE id = :id")
        connection.execute(write, changed)
    _create_indexes("customer_key")


def _rename(old: str, old_length: int, new: str, new_length: int) -> None:
    with op.batch_alter_table(TABLE) as table:
        table.alter_column(
            old,
            new_column_name=new,
            existing_type=sa.String(old_length),
            type_=sa.String(new_length),
            existing_nullable=False,
        )


def _drop_indexes(column: str) -> None:
    op.drop_index("uq_voucher_usages_applied_slot", TABLE)
    op.drop_index(f"ix_voucher_usages_{column}", TABLE)


def _create_indexes(column: str) -> None:
    applied = sa.text("status = 'applied'")
    op.create_index(f"ix_voucher_usages_{column}", TABLE, [column])
    op.create_index(
        "uq_voucher_usages_applied_slot",
        TABLE,
        ["voucher_id", column, "slot"],
        unique=True,
        sqlite_where=applied,
        postgresql_where=applied,
    )


def _keyed(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _mailbox(address: str) -> str:
    name, _, domain = address.rpartition("@")
    name = name.partition("+")[0] or name
    if domain in DOTLESS:
        return f"{name.replace('.', '')}@{DOTLESS[domain]}"
    return f"{name}@{domain}"

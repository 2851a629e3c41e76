"""Points have 64 bits as amounts have, and the tiers say in which currency their sums are."""

import sqlalchemy as sa
from alembic import op

revision = "5b1f90d2"
down_revision = "3d0c61b7"
branch_labels = None
depends_on = None

POINTS = {
    "orders": ("points_spent",),
    "carts": ("points",),
    "loyalty_tiers": ("qualifying_points", "birthday_points"),
    "loyalty_accounts": ("total_points", "available_points"),
    "points_histories": ("points_amount", "lot_points", "remaining"),
    "points_lot_uses": ("points", "returned", "restored"),
    "reward_offers": ("points_cost",),
}


def upgrade() -> None:
    op.add_column(
        "loyalty_tiers", sa.Column("currency", sa.String(length=3), nullable=False, server_default="USD")
    )
    op.execute(
        "UPDATE loyalty_tiers SET currency = COALESCE("
        "(SELECT currency FROM orders LIMIT 1), (SELECT currency FROM shipping_zones LIMIT 1), 'USD')"
    )
    _retype("bigint")


def downgrade() -> None:
    _retype("integer")
    op.drop_column("loyalty_tiers", "currency")


def _retype(kind: str) -> None:
    """Change what PostgreSQL keeps points in; SQLite's integers have 64 bits anyway.

    The check is written anew, because PostgreSQL would write its list of words in another form.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    op.drop_constraint(op.f("ck_points_histories_points_amount"), "points_histories", type_="check")
    for table, columns in POINTS.items():
        op.execute(
            f"ALTER TABLE {table} " + ", ".join(f"ALTER COLUMN {name} TYPE {kind}" for name in columns)
        )
    op.create_check_constraint(
        op.f("ck_points_histories_points_amount"),
        "points_histories",
        "points_amount <> 0 OR points_type IN ('earn', 'reversal')",
    )

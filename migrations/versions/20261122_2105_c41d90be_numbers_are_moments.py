"""The number of zones, methods, prices and tax rates is a moment, so that none comes back with other rows."""

from alembic import op

revision = "c41d90be"
down_revision = "9ed33db3"
branch_labels = None
depends_on = None

TABLES = (
    "shipping_zones",
    "shipping_zone_countries",
    "shipping_methods",
    "shipping_rate_bands",
    "tax_rates",
)
ACTS = ("INSERT", "UPDATE", "DELETE")
RAISE = "UPDATE reference_version SET version = "
BY_ONE = "version + 1"
# Microseconds since 1970.
ON_POSTGRESQL = "GREATEST(version + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)"
ON_SQLITE = "MAX(version + 1, CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER))"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _replace_function(ON_POSTGRESQL)
    else:
        _replace_triggers(ON_SQLITE)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _replace_function(BY_ONE)
    else:
        _replace_triggers(BY_ONE)


def _replace_function(number: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION raise_reference_version() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {RAISE}{number}; RETURN NULL; END $$"
    )


def _replace_triggers(number: str) -> None:
    for table in TABLES:
        for act in ACTS:
            name = f"{table}_{act.lower()}_raises_version"
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
            op.execute(f"CREATE TRIGGER {name} AFTER {act} ON {table} BEGIN {RAISE}{number}; END")

"""Settings that the owner saves in the back office; each change raises the reference version."""

import sqlalchemy as sa
from alembic import op

revision = "5e1d70c3"
down_revision = "5d1f7b36"
branch_labels = None
depends_on = None

ACTS = ("INSERT", "UPDATE", "DELETE")
# Microseconds since 1970, as for zones and tax rates.
RAISE = "UPDATE reference_version SET version = "
MOMENT = "MAX(version + 1, CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER))"


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_settings"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER settings_raise_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
            "ON settings FOR EACH STATEMENT EXECUTE FUNCTION raise_reference_version()"
        )
        return
    for act in ACTS:
        name = f"settings_{act.lower()}_raises_version"
        op.execute(f"CREATE TRIGGER {name} AFTER {act} ON settings BEGIN {RAISE}{MOMENT}; END")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER settings_raise_version ON settings")
    else:
        for act in ACTS:
            op.execute(f"DROP TRIGGER settings_{act.lower()}_raises_version")
    op.drop_table("settings")

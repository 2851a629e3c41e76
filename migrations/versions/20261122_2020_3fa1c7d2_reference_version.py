"""A number that rises whenever a zone, a method, its price or a tax rate changes, whoever changes it."""

import sqlalchemy as sa
from alembic import op

revision = "3fa1c7d2"
down_revision = "7b0d41ce"
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
RAISE = "UPDATE reference_version SET version = version + 1"


def upgrade() -> None:
    op.create_table(
        "reference_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_reference_version_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_reference_version"),
    )
    op.execute("INSERT INTO reference_version (id, version) VALUES (1, 1)")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION raise_reference_version() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {RAISE}; RETURN NULL; END $$"
        )
        for table in TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_raise_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION raise_reference_version()"
            )
        return
    for table in TABLES:
        for act in ACTS:
            op.execute(
                f"CREATE TRIGGER {table}_{act.lower()}_raises_version AFTER {act} ON {table} "
                f"BEGIN {RAISE}; END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP TRIGGER {table}_raise_version ON {table}")
        op.execute("DROP FUNCTION raise_reference_version()")
    else:
        for table in TABLES:
            for act in ACTS:
                op.execute(f"DROP TRIGGER {table}_{act.lower()}_raises_version")
    op.drop_table("reference_version")

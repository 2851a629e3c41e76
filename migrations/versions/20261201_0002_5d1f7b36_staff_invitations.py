"""Invitations of staff, and a time of suspension for members of staff."""

import sqlalchemy as sa
from alembic import op

revision = "5d1f7b36"
down_revision = "c40d7a15"
branch_labels = None
depends_on = None

OPEN = "accepted_at IS NULL AND withdrawn_at IS NULL"


def upgrade() -> None:
    op.add_column("users", sa.Column("staff_suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "staff_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_key", sa.String(254), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email_key = lower(email_key)", name=op.f("ck_staff_invitations_email_key")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_staff_invitations_version")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_staff_invitations_one_end")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["users.id"], name="fk_staff_invitations_invited_by_users", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["accepted_by"], ["users.id"], name="fk_staff_invitations_accepted_by_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_invitations"),
    )
    op.create_index(
        "uq_staff_invitations_open",
        "staff_invitations",
        ["email_key"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_staff_invitations_invited_by", "staff_invitations", ["invited_by"])
    op.create_index("ix_staff_invitations_accepted_by", "staff_invitations", ["accepted_by"])


def downgrade() -> None:
    op.drop_table("staff_invitations")
    op.drop_column("users", "staff_suspended_at")

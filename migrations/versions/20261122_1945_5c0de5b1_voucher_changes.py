"""Who changed a voucher and how, and which vouchers were written in bulk after which."""

import sqlalchemy as sa
from alembic import op

revision = "5c0de5b1"
down_revision = "14a6723e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voucher_copies",
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("pattern_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("pattern_id <> voucher_id", name=op.f("ck_voucher_copies_pattern_id")),
        sa.ForeignKeyConstraint(
            ["voucher_id"],
            ["vouchers.id"],
            name="fk_voucher_copies_voucher_id_vouchers",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["pattern_id"],
            ["vouchers.id"],
            name="fk_voucher_copies_pattern_id_vouchers",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("voucher_id", name="pk_voucher_copies"),
    )
    op.create_index("ix_voucher_copies_pattern_id", "voucher_copies", ["pattern_id"])
    op.create_table(
        "voucher_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=True),
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('created', 'changed', 'switched_on', 'switched_off', 'codes_issued')",
            name=op.f("ck_voucher_changes_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"],
            ["vouchers.id"],
            name="fk_voucher_changes_voucher_id_vouchers",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name="fk_voucher_changes_actor_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_voucher_changes"),
        sa.UniqueConstraint("idempotency_key", name="uq_voucher_changes_idempotency_key"),
    )
    op.create_index("ix_voucher_changes_actor_id", "voucher_changes", ["actor_id"])
    op.create_index(
        "ix_voucher_changes_voucher_id_created_at", "voucher_changes", ["voucher_id", "created_at"]
    )


def downgrade() -> None:
    op.drop_table("voucher_changes")
    op.drop_table("voucher_copies")

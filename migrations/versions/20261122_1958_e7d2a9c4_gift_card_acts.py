"""What staff did to a gift card beside its ledger."""

import sqlalchemy as sa
from alembic import op

revision = "e7d2a9c4"
down_revision = "a41f7c92"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gift_card_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("gift_card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('sent_again', 'code_shown', 'cancelled')", name=op.f("ck_gift_card_acts_kind")
        ),
        sa.ForeignKeyConstraint(
            ["gift_card_id"],
            ["gift_cards.id"],
            name="fk_gift_card_acts_gift_card_id_gift_cards",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_gift_card_acts_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_gift_card_acts"),
        sa.UniqueConstraint("idempotency_key", name="uq_gift_card_acts_idempotency_key"),
    )
    op.create_index("ix_gift_card_acts_user_id", "gift_card_acts", ["user_id"])
    op.create_index(
        "ix_gift_card_acts_gift_card_id_created_at", "gift_card_acts", ["gift_card_id", "created_at"]
    )


def downgrade() -> None:
    op.drop_table("gift_card_acts")

"""Rename the history of staff actions on gift cards, and the column for the notice of expiring points."""

import sqlalchemy as sa
from alembic import op

revision = "b5d81c3f"
down_revision = "6d2f08b4"
branch_labels = None
depends_on = None

COLUMNS = ("id", "idempotency_key", "gift_card_id", "kind", "user_id", "notes", "created_at")


def upgrade() -> None:
    _move("gift_card_acts", "gift_card_actions")
    _rename_index("ix_gift_cards_kept_codes", "ix_gift_cards_stored_codes")
    op.alter_column("points_histories", "expiry_told_at", new_column_name="expiry_notified_at")


def downgrade() -> None:
    op.alter_column("points_histories", "expiry_notified_at", new_column_name="expiry_told_at")
    _rename_index("ix_gift_cards_stored_codes", "ix_gift_cards_kept_codes")
    _move("gift_card_actions", "gift_card_acts")


def _move(old: str, new: str) -> None:
    """Copy the table under its new name: SQLite cannot rename constraints, which carry the table's name."""
    op.create_table(
        new,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=120), nullable=False),
        sa.Column("gift_card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('sent_again', 'code_shown', 'cancelled')", name=op.f(f"ck_{new}_kind")),
        sa.ForeignKeyConstraint(
            ["gift_card_id"], ["gift_cards.id"], name=f"fk_{new}_gift_card_id_gift_cards", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=f"fk_{new}_user_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{new}"),
        sa.UniqueConstraint("idempotency_key", name=f"uq_{new}_idempotency_key"),
    )
    source = sa.table(old, *(sa.column(name) for name in COLUMNS))
    target = sa.table(new, *(sa.column(name) for name in COLUMNS))
    op.execute(sa.insert(target).from_select(COLUMNS, sa.select(source)))
    op.drop_table(old)
    op.create_index(f"ix_{new}_user_id", new, ["user_id"])
    op.create_index(f"ix_{new}_gift_card_id_created_at", new, ["gift_card_id", "created_at"])


def _rename_index(old: str, new: str) -> None:
    op.drop_index(old, "gift_cards")
    op.create_index(
        new,
        "gift_cards",
        ["sent_at"],
        sqlite_where=sa.text("code_encrypted IS NOT NULL"),
        postgresql_where=sa.text("code_encrypted IS NOT NULL"),
    )

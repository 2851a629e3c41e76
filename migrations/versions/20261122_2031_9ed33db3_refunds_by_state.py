"""Refunds are found by their state: those that the processor refuses, and those it has not answered."""

from alembic import op

revision = "9ed33db3"
down_revision = "3fa1c7d2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_refunds_state_created_at", "refunds", ["state", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_refunds_state_created_at", "refunds")

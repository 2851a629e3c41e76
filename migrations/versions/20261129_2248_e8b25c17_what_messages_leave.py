"""Work that is done and messages that are sent keep nothing of what filled them."""

import sqlalchemy as sa
from alembic import op

revision = "e8b25c17"
down_revision = "b3e60f54"
branch_labels = None
depends_on = None


def upgrade() -> None:
    known = sa.text("recipient <> ''")
    op.create_index(
        "ix_messages_sent_at", "messages", ["sent_at"], sqlite_where=known, postgresql_where=known
    )
    op.execute("UPDATE outbox SET payload = '{}' WHERE done_at IS NOT NULL")
    op.execute("UPDATE messages SET context = '{}' WHERE status = 'sent'")


def downgrade() -> None:
    """Take the index away; what was forgotten is needed by nothing."""
    op.drop_index("ix_messages_sent_at", "messages")

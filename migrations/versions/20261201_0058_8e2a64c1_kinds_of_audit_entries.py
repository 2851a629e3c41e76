"""An index for the entries of the audit trail about one kind of thing."""

from alembic import op

revision = "8e2a64c1"
down_revision = "c8a5f2d0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_entries_subject_created_at", "audit_entries", ["subject", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_audit_entries_subject_created_at", table_name="audit_entries")

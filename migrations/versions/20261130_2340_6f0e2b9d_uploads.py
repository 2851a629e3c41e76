"""Files that people send, and the pictures made of them."""

import sqlalchemy as sa
from alembic import op

revision = "6f0e2b9d"
down_revision = "3b9f6d20"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("problem", sa.String(40), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("stem", sa.String(120), nullable=False),
        sa.Column("picture", sa.String(200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('jpeg', 'png', 'webp', 'avif', 'gif', 'tiff')", name=op.f("ck_uploads_kind")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'working', 'ready', 'refused')", name=op.f("ck_uploads_state")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_uploads_size")),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_uploads_pixels")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_uploads_progress")),
        sa.CheckConstraint("(state = 'refused') = (problem IS NOT NULL)", name=op.f("ck_uploads_problem")),
        sa.CheckConstraint("(state = 'ready') = (picture IS NOT NULL)", name=op.f("ck_uploads_picture")),
        sa.CheckConstraint("attached_at IS NULL OR state = 'ready'", name=op.f("ck_uploads_attached_at")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_uploads_user_id_users"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("stem", name=op.f("uq_uploads_stem")),
    )
    op.create_index(op.f("ix_uploads_user_id"), "uploads", ["user_id"])
    op.create_index("ix_uploads_subject_created_at", "uploads", ["subject", "created_at"])
    op.create_index("ix_uploads_attached_at_created_at", "uploads", ["attached_at", "created_at"])


def downgrade() -> None:
    op.drop_table("uploads")

"""Work has a lane, so that what talks to the outside holds up nothing else; what was given up is found."""

import sqlalchemy as sa
from alembic import op

revision = "3d0c61b7"
down_revision = "b8d21f06"
branch_labels = None
depends_on = None

_UNDONE = sa.text("done_at IS NULL AND failed_at IS NULL")
_FAILED = sa.text("failed_at IS NOT NULL")
_LANES = {
    "mail": ("notifications.deliver",),
    "processor": (
        "payments.return_refund", "payments.return_surplus", "payments.reconcile", "payments.settle_sandbox",
    ),
}  # fmt: skip


def upgrade() -> None:
    op.add_column("outbox", sa.Column("lane", sa.String(16), nullable=False, server_default="shop"))
    outbox = sa.table("outbox", sa.column("lane"), sa.column("name"))
    for lane, names in _LANES.items():
        op.execute(outbox.update().where(outbox.c.name.in_(names)).values(lane=lane))
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index(
        "ix_outbox_due", "outbox", ["lane", "due_at"], sqlite_where=_UNDONE, postgresql_where=_UNDONE
    )
    op.create_index(
        "ix_outbox_failed", "outbox", ["failed_at"], sqlite_where=_FAILED, postgresql_where=_FAILED
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_failed", "outbox")
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due", "outbox", ["due_at"], sqlite_where=_UNDONE, postgresql_where=_UNDONE)
    op.drop_column("outbox", "lane")

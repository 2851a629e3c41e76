"""A password that was chosen before the e-mail address was proven opens nothing any more.

Whoever registered somebody else's address had chosen the password, and the confirming press of its owner made
it valid. Those accounts get their password behind a new link. Going back leaves them without one: the old
passwords are gone for good.
"""

import sqlalchemy as sa
from alembic import op

revision = "b8d21f06"
down_revision = "b7e30c5a"
branch_labels = None
depends_on = None

users = sa.table("users", sa.column("password_hash"), sa.column("email_confirmed_at"))


def upgrade() -> None:
    """Forget the passwords of accounts whose address was never confirmed."""
    unproven = users.c.email_confirmed_at.is_(None)
    op.execute(users.update().where(unproven, users.c.password_hash.is_not(None)).values(password_hash=None))


def downgrade() -> None:
    """Leave everything as it is; those accounts are opened by a reset link."""

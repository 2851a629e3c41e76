<%
    def without_comments(text):
        """Return generated statements without the comments that Alembic writes around them."""
        lines = [line for line in (text or "pass").splitlines() if not line.lstrip().startswith("# ###")]
        return "\n".join(lines).strip()
%>\
"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = "${up_revision}"
down_revision = ${'"%s"' % down_revision if isinstance(down_revision, str) else repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${without_comments(upgrades)}


def downgrade() -> None:
    ${without_comments(downgrades)}

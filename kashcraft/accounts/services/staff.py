"""The roles of staff."""

from __future__ import annotations

from kashcraft.accounts.models import Role, UserRole
from kashcraft.core import activity_log
from kashcraft.core.db import db
from kashcraft.core.ids import UserId


def grant_role(*, user_id: UserId, role: Role) -> None:
    """Grant a user a role of staff. Granting it again changes nothing."""
    if db.session.get(UserRole, (user_id, role)) is None:
        db.session.add(UserRole(user_id=user_id, role=role))
        activity_log.note("account", action=f"made_{role.value}", user_id=user_id)

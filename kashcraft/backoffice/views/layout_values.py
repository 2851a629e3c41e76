"""What the layout of the back office shows around every page."""

from __future__ import annotations

from flask_login import current_user

from kashcraft.accounts.presenters import ROLES
from kashcraft.backoffice.presenters.sections import navigation
from kashcraft.backoffice.queries import list_waiting
from kashcraft.backoffice.rules import permissions_of
from kashcraft.backoffice.views.steps import offered_undo
from kashcraft.core.template_values import Values


def staff_layout_values(_values: Values) -> Values:
    """Return the navigation with the work that waits, the roles of the person, and what can be undone.

    One statement for each section that counts its work.
    """
    permissions = permissions_of(current_user.roles)
    return {
        "staff_navigation": navigation(permissions, list_waiting(permissions)),
        "staff_roles": [str(ROLES[role]) for role in sorted(current_user.roles)],
        "page_undo": offered_undo(),
    }

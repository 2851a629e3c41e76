"""The front page of the back office."""

from __future__ import annotations

from flask import render_template
from flask_login import current_user

from kashcraft.backoffice.dashboard.presenters.work import work_lines
from kashcraft.backoffice.dashboard.queries.work import list_open_work
from kashcraft.backoffice.readiness.views import read_checklist
from kashcraft.backoffice.rules import Permission, permissions_of
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.books.queries import find_last_check
from kashcraft.core.settings import settings


@bp.get("/")
@requires(Permission.VIEW_DASHBOARD)
def front() -> str:
    """List the work that waits for the person who is signed in, and the result of the latest ledger check.

    The owner also sees what the shop needs before its first sale, while something is missing.
    """
    permissions = permissions_of(current_user.roles)
    sees_ledgers = Permission.RESEND_MESSAGES in permissions
    checklist = read_checklist() if Permission.MANAGE_SETTINGS in permissions else []
    return render_template(
        "backoffice/dashboard/page.html",
        work=work_lines(list_open_work(permissions)),
        ledgers=find_last_check(settings().zone) if sees_ledgers else None,
        checklist=checklist if any(not line.is_done for line in checklist) else [],
        support_email=settings().support_email,
    )

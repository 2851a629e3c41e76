"""E-mails that could not be sent, and jobs that failed for good: their lists, and how to try them again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.messages.presenters import LIST, job_row, jobs_table, message_row
from kashcraft.backoffice.presenters.tables import BulkAction, TableRow
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, back_to, read_list, selected_ids
from kashcraft.core import jobs
from kashcraft.core.db import in_step
from kashcraft.core.errors import NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import ngettext
from kashcraft.notifications import queries as notifications
from kashcraft.notifications import services as notification_services


@bp.get("/not-sent")
@requires(Permission.RESEND_MESSAGES)
def not_sent() -> ResponseReturnValue:
    """List the failed e-mails, latest first, and the jobs that failed for good."""
    bulk = [BulkAction(label=_("Send again"), url=url_for("backoffice.send_messages_again"))]
    return answer_list(
        "backoffice/messages/not_sent.html", read_list(LIST), _fetch, list, bulk=bulk, context=_context
    )


@bp.post("/not-sent/<uuid:message_id>")
@requires(Permission.RESEND_MESSAGES)
def send_message_again(message_id: UUID) -> ResponseReturnValue:
    """Queue a failed e-mail again."""
    again = in_step(lambda: notification_services.resend(message_id=message_id))
    return go_to(_back(), notice="message_sent_again" if again else "message_elsewhere")


@bp.post("/not-sent/selected")
@requires(Permission.RESEND_MESSAGES)
def send_messages_again() -> ResponseReturnValue:
    """Queue the selected e-mails again, each in a transaction of its own."""
    selected = selected_ids()
    again = sum(_is_done(partial(notification_services.resend, message_id=one)) for one in selected)
    if not again:
        return go_to(_back(), notice="message_elsewhere" if selected else "nothing_selected")
    return go_to(
        _back(), said=ngettext("%(num)s e-mail is sent again.", "%(num)s e-mails are sent again.", again)
    )


@bp.post("/not-sent/jobs/<uuid:row_id>")
@requires(Permission.RESEND_MESSAGES)
def run_job_again(row_id: UUID) -> ResponseReturnValue:
    """Make a failed job due again; every job may run twice."""
    in_step(lambda: jobs.retry(row_id=row_id))
    return go_to(_back(), notice="job_owed_again")


@bp.post("/not-sent/jobs/selected")
@requires(Permission.RESEND_MESSAGES)
def run_jobs_again() -> ResponseReturnValue:
    """Make the selected jobs due again."""
    selected = selected_ids()
    again = in_step(lambda: sum(jobs.retry(row_id=one) for one in selected))
    if not again:
        return go_to(_back(), notice="nothing_selected")
    return go_to(_back(), said=ngettext("%(num)s job runs again.", "%(num)s jobs run again.", again))


def _fetch(page: int, size: int) -> tuple[list[TableRow], int]:
    found, total = notifications.list_failed_messages(page=page, size=size)
    rows = [
        message_row(
            str(one.id),
            recipient=one.recipient,
            template=one.template,
            reason=one.failure_reason,
            created_at=one.created_at,
        )
        for one in found
    ]
    return rows, total


def _context() -> dict[str, object]:
    """Return the failed jobs; those that send e-mails are in the list of messages."""
    rows = [
        job_row(str(one.id), name=one.name, reason=one.last_error, failed_at=one.failed_at)
        for one in jobs.list_failed()
        if one.lane != jobs.Lane.MAIL
    ]
    return {"jobs": jobs_table(rows, url=url_for("backoffice.run_jobs_again")) if rows else None}


def _is_done(resend: Callable[[], bool]) -> bool:
    """Return whether a message was queued again; one that was deleted in the meantime was not."""
    try:
        return in_step(resend)
    except NotFound:
        return False


def _back() -> str:
    return back_to("backoffice.not_sent")

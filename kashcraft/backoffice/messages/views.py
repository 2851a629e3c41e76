"""E-mails that could not be sent, and other work that was given up."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.messages.presenters import MESSAGES
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.core import jobs
from kashcraft.core.db import in_step
from kashcraft.core.htmx import go_to
from kashcraft.core.pagination import ListPage, page_number
from kashcraft.notifications import queries as notifications
from kashcraft.notifications import services as notification_services

LIST_SIZE = 50


@bp.get("/not-sent")
@requires(Permission.RESEND_MESSAGES)
def not_sent() -> ResponseReturnValue:
    """List the e-mails that were given up, the latest first, and the jobs that failed for good."""
    number = page_number(request.args.get("page"))
    listed, total = notifications.list_failed_messages(page=number, size=LIST_SIZE)
    page = ListPage(
        listed, number, LIST_SIZE, total, lambda other: url_for("backoffice.not_sent", page=other)
    )
    failed = [row for row in jobs.list_failed() if row.lane != jobs.Lane.MAIL]
    return render_template("backoffice/messages/not_sent.html", page=page, kinds=MESSAGES, jobs=failed)


@bp.post("/not-sent/<uuid:message_id>")
@requires(Permission.RESEND_MESSAGES)
def send_message_again(message_id: UUID) -> ResponseReturnValue:
    """Have an e-mail delivered once more."""
    again = in_step(lambda: notification_services.resend(message_id=message_id))
    return go_to(
        url_for("backoffice.not_sent"), notice="message_sent_again" if again else "message_elsewhere"
    )


@bp.post("/not-sent/jobs/<uuid:row_id>")
@requires(Permission.RESEND_MESSAGES)
def run_job_again(row_id: UUID) -> ResponseReturnValue:
    """Owe a job once more that failed for good; every job may run twice."""
    in_step(lambda: jobs.retry(row_id=row_id))
    return go_to(url_for("backoffice.not_sent"), notice="job_owed_again")

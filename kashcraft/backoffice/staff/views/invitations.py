"""Invitations to join the staff: sending, sending again and withdrawing them."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import services as accounts
from kashcraft.accounts.presenters import STAFF_REFUSALS
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.staff.forms import InviteForm
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.core import flash
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import InvitationId

flash.register(
    {
        "staff_invited": _l("Invitation sent. Its link works once, for seven days."),
        "invitation_sent_again": _l("Invitation sent again. The link of the earlier e-mail no longer works."),
        "invitation_withdrawn": _l("Invitation withdrawn. Its link no longer works."),
        "invitation_closed": STAFF_REFUSALS["invitation_closed"],
        "staff_suspended": STAFF_REFUSALS["staff_suspended"],
        "staff_already": STAFF_REFUSALS["staff_already"],
    }
)
REFUSED = {code: code for code in ("invitation_closed", "staff_suspended", "staff_already")}


@bp.get("/staff/invite")
@requires(Permission.MANAGE_STAFF)
def new_invitation() -> ResponseReturnValue:
    """Show the form of an invitation."""
    return _page(InviteForm())


@bp.post("/staff/invite")
@requires(Permission.MANAGE_STAFF)
def invite_staff() -> ResponseReturnValue:
    """Invite a person by e-mail; an open invitation of the address gets a new link."""
    form, actor_id = InviteForm.from_request(), current_user.id
    if not form.validate():
        return _page(form, status=422)
    email, roles = form.email.data or "", form.chosen
    sent = attempt(
        lambda: accounts.invite_staff(email=email, roles=roles, actor_id=actor_id, by_email=True),
        form,
        STAFF_REFUSALS,
    )
    if sent is None:
        return _page(form, status=422)
    return go_to(url_for("backoffice.staff"), notice="staff_invited")


@bp.post("/staff/invitations/<uuid:invitation_id>/send")
@requires(Permission.MANAGE_STAFF)
def send_invitation(invitation_id: InvitationId) -> ResponseReturnValue:
    """Send an invitation again, with a new link."""
    actor_id = current_user.id
    return run(
        lambda: accounts.send_invitation_again(invitation_id=invitation_id, actor_id=actor_id),
        url_for("backoffice.staff"),
        done="invitation_sent_again",
        refused=REFUSED,
    )


@bp.post("/staff/invitations/<uuid:invitation_id>/withdraw")
@requires(Permission.MANAGE_STAFF)
def withdraw_invitation(invitation_id: InvitationId) -> ResponseReturnValue:
    """Withdraw an invitation."""
    return run(
        lambda: accounts.withdraw_invitation(invitation_id=invitation_id),
        url_for("backoffice.staff"),
        done="invitation_withdrawn",
        refused=REFUSED,
    )


def _page(form: InviteForm, *, status: int = 200) -> ResponseReturnValue:
    return make_response(render_template("backoffice/staff/invite.html", form=form), status)

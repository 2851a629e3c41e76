"""One member of staff: roles, suspension and removal."""

from __future__ import annotations

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import services as accounts
from kashcraft.accounts.presenters import STAFF_REFUSALS
from kashcraft.accounts.queries import find_staff, list_names
from kashcraft.accounts.rules import StaffPerson
from kashcraft.audit import queries as audit
from kashcraft.backoffice.audit.presenters import history_rows
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.staff.forms import RolesForm
from kashcraft.backoffice.staff.presenters import STATES, rights_text
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import run
from kashcraft.core import flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import UserId
from kashcraft.core.settings import formats

flash.register(
    {
        "staff_roles_saved": _l("Roles saved. The person has to sign in again."),
        "staff_suspend": _l("Suspended. The person is signed out."),
        "staff_resume": _l("Resumed. The person can sign in to the back office again."),
        "staff_removed": _l("Removed from the staff. The account remains as that of a customer."),
        "last_owner": STAFF_REFUSALS["last_owner"],
    }
)
ACTIONS = {"suspend": accounts.suspend_staff, "resume": accounts.resume_staff}


@bp.get("/staff/<uuid:person_id>")
@requires(Permission.MANAGE_STAFF)
def staff_person(person_id: UserId) -> ResponseReturnValue:
    """Show a member of staff."""
    person = _person(person_id)
    return _page(person, RolesForm(data={"roles": [*person.roles], "seen": person.version}))


@bp.post("/staff/<uuid:person_id>/roles")
@requires(Permission.MANAGE_STAFF)
def change_staff_roles(person_id: UserId) -> ResponseReturnValue:
    """Change the roles of a member of staff."""
    form = RolesForm.from_request()
    if not form.validate() or not _is_saved(person_id, form):
        return _page(_person(person_id), form, status=422)
    return go_to(url_for("backoffice.staff_person", person_id=person_id), notice="staff_roles_saved")


@bp.post("/staff/<uuid:person_id>/<any(suspend, resume):action>")
@requires(Permission.MANAGE_STAFF)
def suspend_staff(person_id: UserId, action: str) -> ResponseReturnValue:
    """Suspend a member of staff, or end the suspension."""
    return run(
        lambda: ACTIONS[action](user_id=person_id),
        url_for("backoffice.staff_person", person_id=person_id),
        done=f"staff_{action}",
        refused={"last_owner": "last_owner"},
    )


@bp.post("/staff/<uuid:person_id>/remove")
@requires(Permission.MANAGE_STAFF)
def remove_staff(person_id: UserId) -> ResponseReturnValue:
    """Take all roles from a member of staff."""
    try:
        in_step(lambda: accounts.remove_staff(user_id=person_id))
    except DomainError as refusal:
        if refusal.code != "last_owner":
            raise
        return go_to(url_for("backoffice.staff_person", person_id=person_id), notice="last_owner")
    return go_to(url_for("backoffice.staff"), notice="staff_removed")


def _is_saved(person_id: UserId, form: RolesForm) -> bool:
    """Save the roles; return whether it was done, else the form says why, and knows the present rights."""
    roles, seen = form.chosen, form.seen.data
    try:
        in_step(lambda: accounts.change_roles(user_id=person_id, roles=roles, seen=seen))
    except NotFound:
        raise
    except DomainError as refusal:
        person = _person(person_id)
        form.refuse(DomainError(refusal.code, field="roles", roles=rights_text(person)), STAFF_REFUSALS)
        form.seen.data = person.version
        return False
    return True


def _person(person_id: UserId) -> StaffPerson:
    found = find_staff(person_id)
    if found is None:
        raise NotFound("no_staff", user_id=str(person_id))
    return found


def _page(person: StaffPerson, form: RolesForm, *, status: int = 200) -> ResponseReturnValue:
    entries = audit.list_entries_of("staff", person.id)
    names = list_names({entry.actor_id for entry in entries})
    context = {
        "history": history_rows(entries, names, formats()),
        "person": person,
        "form": form,
        "state": STATES[person.state],
        "is_oneself": person.id == current_user.id,
    }
    return make_response(render_template("backoffice/staff/person.html", **context), status)

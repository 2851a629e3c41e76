"""The page of an invitation to the staff: a new account, or the password of an existing one."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit
from flask_login import current_user

from kashcraft.accounts import queries, services
from kashcraft.accounts.forms import ConfirmForm, JoinForm
from kashcraft.accounts.models import StaffInvitation
from kashcraft.accounts.presenters import CLOSED_INVITATIONS, STAFF_REFUSALS, role_names
from kashcraft.accounts.rules import InvitationState, invitation_state
from kashcraft.accounts.views.blueprint import bp
from kashcraft.accounts.views.pages import open_session
from kashcraft.core import activity_log, clock, flash, passwords, rate_limits
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.forms import Form
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import InvitationId, UserId, token_hash
from kashcraft.core.rate_limits import too_often
from kashcraft.core.signing import read_signed
from kashcraft.extensions import limiter

flash.register({"joined_staff": _l("Welcome. The back office is open to you now.")})


class Invited(NamedTuple):
    """An open invitation, and the account of its address, if there is one."""

    id: InvitationId
    version: int
    email: str
    roles: list[str]
    user_id: UserId | None
    password_hash: str | None

    @property
    def is_signed_in(self) -> bool:
        """Return whether the account of the invitation is signed in."""
        return bool(current_user.is_authenticated and current_user.id == self.user_id)


def _link() -> str:
    return f"invitation {token_hash((request.view_args or {}).get('token', ''))}"


def _too_often(limit: RequestLimit) -> Response:
    """Show the form again where the link was tried too often."""
    found = _read((request.view_args or {}).get("token", ""))
    if not isinstance(found, Invited):
        return _closed(found)
    form = _form(found)
    form.form_errors.append(too_often(limit))
    return _page(found, form, 429)


@bp.route("/staff-invitation/<token>", methods=["GET", "POST"])
@limiter.limit("10 per 15 minutes", methods=["POST"], key_func=_link, on_breach=_too_often)
@rate_limits.counts_only(rate_limits.refused)
def staff_invitation(token: str) -> ResponseReturnValue:
    """Accept an invitation to the staff, once: with a new account, or as the account of the address."""
    invited = _read(token)
    if not isinstance(invited, Invited):
        return _closed(invited)
    form = _form(invited)
    if request.method != "POST":
        return _page(invited, form)
    if not form.validate() or not _is_owner(invited, form):
        return _page(invited, form, 422)
    return _accept(invited, form)


def _read(token: str) -> Invited | InvitationState | None:
    """Return the open invitation of a link, else its state, or None for a link that was never valid."""
    signed = read_signed("staff_invitation", token)
    found = queries.find_invitation(InvitationId(UUID(signed[0]))) if signed else None
    if signed is None or found is None:
        return None
    state = invitation_state(found, signed[1], clock.now())
    return _with_account(found) if state is InvitationState.OPEN else state


def _with_account(found: StaffInvitation) -> Invited:
    user = queries.find_user_by_email(found.email)
    if user is None or not user.is_confirmed:
        return Invited(found.id, found.version, found.email, found.roles, None, None)
    return Invited(found.id, found.version, found.email, found.roles, user.id, user.password_hash)


def _form(invited: Invited) -> Form:
    """Return the form of the page: of a new account, of a password, or one without fields."""
    kind = ConfirmForm if invited.user_id is None else Form if invited.is_signed_in else JoinForm
    form = kind.from_request() if request.method == "POST" else kind()
    if isinstance(form, ConfirmForm):
        form.about = (invited.email, form.full_name.data or "")
    return form


def _is_owner(invited: Invited, form: Form) -> bool:
    """Return whether the visitor has shown to be the owner of an existing account; else the form says so."""
    if not isinstance(form, JoinForm) or passwords.matches(invited.password_hash, form.password.data or ""):
        return True
    activity_log.note("account", action="sign_in_refused", user_id=invited.user_id)
    form.refuse(
        DomainError("password_wrong", field="password"), {"password_wrong": _l("This is not the password.")}
    )
    return False


def _accept(invited: Invited, form: Form) -> ResponseReturnValue:
    """Create the account where there is none, grant the roles, and open a new session."""
    hashed = name = ""
    if isinstance(form, ConfirmForm):
        hashed, name = passwords.hash_password(form.password.data or ""), form.full_name.data or ""
    other = current_user.token if current_user.is_authenticated else None
    try:
        user_id = in_step(lambda: _join(invited, hashed, name, other))
    except DomainError as refusal:
        if refusal.code == "staff_suspended":
            form.refuse(refusal, STAFF_REFUSALS)
            return _page(invited, form, 422)
        state = _now(invited)
        # A concurrent request has created the account of the address while the form was filled in.
        return go_to(request.path) if state is InvitationState.OPEN else _closed(state)
    return open_session(user_id, invited.email, url_for("backoffice.front"), notice="joined_staff")


def _join(invited: Invited, password_hash: str, full_name: str, other: str | None) -> UserId:
    """Accept the invitation and end the session ``other`` of this browser; return the id of the account."""
    user_id = invited.user_id
    if other:
        services.sign_out(token=other)
    if user_id is None:
        user_id = services.register(email=invited.email, password_hash=password_hash, full_name=full_name).id
    services.accept_invitation(invitation_id=invited.id, version=invited.version, user_id=user_id)
    return user_id


def _now(invited: Invited) -> InvitationState | None:
    """Return why a link has stopped working while its form was filled in."""
    found = queries.find_invitation(invited.id)
    return invitation_state(found, invited.version, clock.now()) if found else None


def _page(invited: Invited, form: Form, status: int = 200) -> Response:
    context = {"form": form, "invited": invited, "role_names": role_names(invited.roles)}
    return make_response(render_template("accounts/invitation.html", **context), status)


def _closed(state: InvitationState | None) -> Response:
    """Say why a link does not work: 410 for one that has worked, 404 for one that never has."""
    title, text = CLOSED_INVITATIONS.get(state or InvitationState.OPEN, (None, None))
    if title is None or text is None:
        title_text, said = _("This link is not valid"), _("Check that you have copied all of it.")
        return make_response(_closed_page(title_text, said), 404)
    return make_response(_closed_page(str(title), str(text)), 410)


def _closed_page(title: str, text: str) -> str:
    return render_template("accounts/invitation_closed.html", closed_title=title, closed_text=text)

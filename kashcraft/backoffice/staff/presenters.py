"""The list of staff and the table of open invitations: their columns, states and rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from kashcraft.accounts.presenters import role_names
from kashcraft.accounts.rules import Invitation, StaffPerson, StaffState
from kashcraft.backoffice.presenters.cells import tag_cell
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListOutline,
    PhonePlace,
    Table,
    TableColumn,
    TableRow,
    TimeStyle,
    plain_table,
    state_tabs,
)
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l

# The label of each state, and the state of its tag.
STATES: Mapping[StaffState, tuple[LazyText, str]] = {
    StaffState.ACTIVE: (_l("Active"), "good"),
    StaffState.SUSPENDED: (_l("Suspended"), "bad"),
}
LIST = ListOutline(
    name="staff",
    label=_l("Staff"),
    endpoint="backoffice.staff",
    columns=(
        TableColumn(key="name", label=_l("Name")),
        TableColumn(key="email", label=_l("E-mail address")),
        TableColumn(key="roles", label=_l("Roles")),
        TableColumn(key="last_sign_in", label=_l("Last sign-in"), kind=ColumnKind.TIME),
        TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG, on_phone=PhonePlace.TITLE),
    ),
    tabs=state_tabs(STATES),
    empty=(_l("Nobody here"), _l("People with a role in the back office are listed here.")),
)
INVITATIONS = (
    TableColumn(key="email", label=_l("E-mail address")),
    TableColumn(key="roles", label=_l("Roles")),
    TableColumn(key="until", label=_l("Link works until"), kind=ColumnKind.TIME),
    TableColumn(key="state", label=_l("Status"), kind=ColumnKind.TAG),
    TableColumn(key="next", label=_l("Next step"), kind=ColumnKind.CUSTOM),
)


def staff_row(person: StaffPerson, *, url: str) -> TableRow:
    """Return a member of staff as a row of the list, linked to ``url``."""
    seen = Cell(at=person.last_sign_in) if person.last_sign_in else Cell(text=_("Not in the last 60 days"))
    return TableRow(
        id=str(person.id),
        title=person.display_name,
        cells=(
            Cell(text=person.display_name, href=url),
            Cell(text=person.email),
            Cell(text=role_names(person.roles)),
            seen,
            tag_cell(STATES[person.state]),
        ),
    )


def invitations_table(invitations: Sequence[Invitation], now: datetime) -> Table:
    """Return the open invitations as a table; its last column is written by the page."""
    return plain_table(
        _l("Open invitations"), INVITATIONS, [_invitation_row(one, now) for one in invitations]
    )


def _invitation_row(invitation: Invitation, now: datetime) -> TableRow:
    is_open = now < invitation.expires_at
    return TableRow(
        id=str(invitation.id),
        title=invitation.email,
        cells=(
            Cell(text=invitation.email),
            Cell(text=role_names(invitation.roles)),
            Cell(at=invitation.expires_at, style=TimeStyle.TIME),
            Cell(text=_("Open"), tag="info") if is_open else Cell(text=_("Expired"), tag="muted"),
            Cell(),
        ),
    )


def rights_text(person: StaffPerson) -> str:
    """Return roles and state of a person in one line: "Editor, Support (Suspended)"."""
    names = role_names(person.roles)
    if person.state is StaffState.ACTIVE:
        return names
    return _("%(roles)s (%(state)s)", roles=names, state=str(STATES[person.state][0]))

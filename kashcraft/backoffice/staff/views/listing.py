"""The list of staff with the open invitations."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask.typing import ResponseReturnValue

from kashcraft.accounts import queries as accounts
from kashcraft.accounts.rules import StaffPerson, StaffState
from kashcraft.backoffice.presenters.tables import TableRow, state_counts
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.staff.presenters import LIST, invitations_table, staff_row
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.core import clock


@bp.get("/staff")
@requires(Permission.MANAGE_STAFF)
def staff() -> ResponseReturnValue:
    """List members of staff: all, or those of a state; and the open invitations."""
    asked, people = read_list(LIST), accounts.list_staff()
    shown = [one for one in people if asked.tab in ("all", one.state)]
    return answer_list(
        "backoffice/staff/list.html",
        asked,
        lambda page, size: (shown[(page - 1) * size : page * size], len(shown)),
        _rows,
        counts=lambda: state_counts({state: _count(people, state) for state in StaffState}),
        context=_invitations,
    )


def _rows(people: Sequence[StaffPerson]) -> list[TableRow]:
    return [staff_row(one, url=url_for("backoffice.staff_person", person_id=one.id)) for one in people]


def _count(people: Sequence[StaffPerson], state: StaffState) -> int:
    return sum(one.state is state for one in people)


def _invitations() -> dict[str, object]:
    return {"invitations": invitations_table(accounts.list_open_invitations(), clock.now())}

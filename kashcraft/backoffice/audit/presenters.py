"""Entries of the audit trail as staff read them: labels of things, fields and values, and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kashcraft.accounts.presenters import ROLES
from kashcraft.accounts.rules import StaffPerson
from kashcraft.audit.rules import RecordedChange, changed_fields
from kashcraft.backoffice.presenters.history import HistoryRow
from kashcraft.backoffice.presenters.tables import (
    Cell,
    ColumnKind,
    ListFilter,
    ListOutline,
    TableColumn,
    TableRow,
    TimeStyle,
)
from kashcraft.core.activity_log import COMMAND, GUEST
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import UserId

# The choice of who for changes of jobs, commands and deleted accounts.
NOBODY = "none"
LIST = ListOutline(
    name="audit",
    label=_l("Audit log"),
    endpoint="backoffice.audit_log",
    columns=(
        TableColumn(key="time", label=_l("Time"), kind=ColumnKind.TIME),
        TableColumn(key="who", label=_l("Who")),
        TableColumn(key="what", label=_l("What")),
        TableColumn(key="action", label=_l("Action")),
        TableColumn(key="changes", label=_l("Before → after"), kind=ColumnKind.PROSE),
    ),
    size=50,
    empty=(_l("Nothing was changed yet"), _l("Changes that staff make are listed here.")),
)
SUBJECTS: Mapping[str, LazyText] = {
    "category": _l("Category"),
    "page": _l("Page"),
    "product": _l("Product"),
    "redirect": _l("Redirect"),
    "setting": _l("Setting"),
    "shipping method": _l("Delivery method"),
    "shipping zone": _l("Delivery zone"),
    "staff": _l("Staff"),
    "staff invitation": _l("Invitation"),
    "tax rate": _l("Tax rate"),
    "voucher": _l("Voucher"),
}
ACTIONS: Mapping[str, LazyText] = {
    "archived": _l("Archived"),
    "changed": _l("Changed"),
    "created": _l("Created"),
    "deleted": _l("Deleted"),
    "hidden": _l("Hidden"),
    "invited": _l("Invited"),
    "joined": _l("Joined"),
    "published": _l("Published"),
    "removed": _l("Removed"),
    "reordered": _l("Order changed"),
    "resumed": _l("Resumed"),
    "roles_changed": _l("Roles changed"),
    "sent_again": _l("Sent again"),
    "shown": _l("Shown"),
    "suspended": _l("Suspended"),
    "withdrawn": _l("Withdrawn"),
}
FIELDS: Mapping[str, LazyText] = {
    "description": _l("Description"),
    "is_active": _l("Active"),
    "name": _l("Name"),
    "place": _l("Position"),
    "price": _l("Price"),
    "roles": _l("Roles"),
    "slug": _l("Address of the page"),
    "state": _l("Status"),
    "title": _l("Title"),
}
# The pages of things: the endpoint, and the name of its id.
PAGES: Mapping[str, tuple[str, str]] = {
    "category": ("backoffice.category", "category_id"),
    "page": ("backoffice.page", "page_id"),
    "product": ("backoffice.product", "product_id"),
    "staff": ("backoffice.staff_person", "person_id"),
}
# Actions after which a thing has no page.
ENDS = {"deleted", "removed"}


def filters(people: Sequence[StaffPerson], subjects: Sequence[str]) -> list[ListFilter]:
    """Return the filters of the list: a person, a kind of thing, and a range of days."""
    names = [("", _("Everybody")), *((str(one.id), one.display_name) for one in people)]
    kinds = [("", _("Everything")), *((one, subject_text(one)) for one in subjects)]
    return [
        ListFilter(name="who", label=_l("Who"), choices=[*names, (NOBODY, _("Commands and jobs"))]),
        ListFilter(name="what", label=_l("What"), choices=kinds),
        ListFilter(name="from", label=_l("From"), is_day=True),
        ListFilter(name="to", label=_l("Until"), is_day=True),
    ]


def entry_row(
    entry: RecordedChange, names: Mapping[UserId | None, str], formats: Formats, *, url: str
) -> TableRow:
    """Return an entry as a row of the list; ``url`` is the page of its thing, or empty."""
    kind = subject_text(entry.subject)
    return TableRow(
        id=str(entry.id),
        title=entry.title or kind,
        cells=(
            Cell(at=entry.created_at, style=TimeStyle.TIME),
            Cell(text=actor_text(entry, names)),
            Cell(text=entry.title or kind, href=url, note=kind if entry.title else ""),
            Cell(text=action_text(entry.action)),
            Cell(text="; ".join(change_texts(entry, formats)), note=entry.reason),
        ),
    )


def history_rows(
    entries: Sequence[RecordedChange], names: Mapping[UserId | None, str], formats: Formats
) -> list[HistoryRow]:
    """Return the entries about one thing as its history."""
    return [
        HistoryRow(
            title=action_text(entry.action),
            text="; ".join([*change_texts(entry, formats), actor_text(entry, names)]),
            at=entry.created_at,
        )
        for entry in entries
    ]


def actor_text(entry: RecordedChange, names: Mapping[UserId | None, str]) -> str:
    """Return who made a change: a name, a job, a command, or a guest."""
    if entry.actor_id is not None:
        return names.get(entry.actor_id, "") or _("Former account")
    kind, _colon, name = entry.actor.partition(":")
    if kind == COMMAND:
        return _("Command")
    if kind == GUEST:
        return _("Guest")
    if kind == "job":
        return _("Job %(name)s", name=name)
    return _("Former account") if kind == "staff" else entry.actor


def subject_text(subject: str) -> str:
    """Return the label of a kind of thing, or its plain name where it has none."""
    return str(SUBJECTS.get(subject, _plain(subject)))


def action_text(action: str) -> str:
    """Return the label of an action, or its plain name where it has none."""
    return str(ACTIONS.get(action, _plain(action)))


def change_texts(entry: RecordedChange, formats: Formats) -> list[str]:
    """Return each changed field with its values: "Roles: Editor → Support"."""
    texts = []
    for name, before, after in changed_fields(entry.before, entry.after):
        label, old, new = (
            str(FIELDS.get(name, _plain(name))),
            *(_value_text(name, value, formats) for value in (before, after)),
        )
        if name not in entry.before:
            texts.append(_("%(field)s: %(value)s", field=label, value=new))
        else:
            texts.append(_("%(field)s: %(before)s → %(after)s", field=label, before=old, after=new))
    return texts


def _value_text(field: str, value: object, formats: Formats) -> str:
    if value is None or value in ("", [], {}):
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return formats.number(value)
    if isinstance(value, Mapping):
        return ", ".join(
            f"{_plain(str(key))} {_value_text(str(key), one, formats)}" for key, one in value.items()
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_value_text(field, one, formats) for one in value)
    return _role_text(str(value)) if field == "roles" else str(value)


def _role_text(role: str) -> str:
    return next((str(text) for known, text in ROLES.items() if known.value == role), role)


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()


def page_of(entry: RecordedChange, url_for: Callable[..., str]) -> str:
    """Return the address of the page of an entry's thing, or an empty text where it has none."""
    if entry.subject_id is None or entry.action in ENDS or entry.subject not in PAGES:
        return ""
    endpoint, argument = PAGES[entry.subject]
    return url_for(endpoint, **{argument: entry.subject_id})

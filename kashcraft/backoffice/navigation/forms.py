"""The form of a link in a menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from werkzeug.datastructures import MultiDict

from kashcraft.content.rules import LinkInput, LinkKind, Menu, Places
from kashcraft.core.fields import SelectChoice, SelectField
from kashcraft.core.forms import Form, Text, VersionField
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import MenuItemId

# Texts for the refusals of the services, by code.
REFUSALS = {
    "link_label": _l("Please enter a text for this link."),
    "link_target": _l("Please choose what the link leads to."),
    "link_path": _l("A path begins with / and has no blanks, for example /products?sort=new."),
    "link_address": _l("A complete address begins with https://."),
    "link_column": _l("A column is a heading of the footer, and stays one."),
    "link_parent": _l("In the footer every link is in a column."),
    "link_changed_since": _l(
        "This link was changed after you opened it. What is saved now is listed here."
        " Save again to replace it."
    ),
}
KINDS = {
    LinkKind.CATEGORY: _l("A category"),
    LinkKind.PAGE: _l("A help page"),
    LinkKind.PATH: _l("Another page of the shop, or a list of products"),
    LinkKind.ADDRESS: _l("Another site"),
    LinkKind.COLUMN: _l("Nothing: a column of the footer"),
}


class LinkForm(Form):
    """The text and target of a link. ``version`` is that of the values it was opened with.

    Of the targets only the field of the chosen kind is read.
    """

    label = Text(_l("Text"), optional=True, maximum=80)
    kind = SelectField(_l("Leads to"), default="")
    category = SelectField(_l("Category"), default="")
    page = SelectField(_l("Help page"), default="")
    path = Text(_l("Path"), optional=True, maximum=500)
    address = Text(_l("Address"), optional=True, maximum=500)
    parent = SelectField(_l("Column"), default="")
    version = VersionField()

    def __init__(
        self,
        sent: MultiDict[str, str] | None = None,
        *,
        menu: Menu,
        places: Places,
        columns: Sequence[tuple[MenuItemId, str]],
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(sent, data=data)
        self.menu = menu
        kinds = [(kind.value, str(label)) for kind, label in KINDS.items()]
        self.kind.choices = _choices(kinds if menu is Menu.FOOTER else kinds[:-1])
        self.category.choices = _choices([("", _("Choose")), *_named(places.categories)])
        self.page.choices = _choices([("", _("Choose")), *_named(places.pages)])
        self.parent.choices = _choices([("", _("None")), *((str(one), label) for one, label in columns)])

    def entered(self) -> LinkInput:
        """Return the input for the services."""
        kind = LinkKind(self.kind.data)
        target = "" if kind is LinkKind.COLUMN else str(self[kind.value].data or "")
        in_column = self.menu is Menu.FOOTER and kind is not LinkKind.COLUMN and self.parent.data
        return LinkInput(
            kind=kind,
            target=target,
            label=self.label.data or "",
            parent_id=MenuItemId(UUID(self.parent.data)) if in_column else None,
        )


def shown_link(data: LinkInput) -> dict[str, object]:
    """Return the values of a link by the fields of its form."""
    target = {} if data.kind is LinkKind.COLUMN else {data.kind.value: data.target}
    parent = str(data.parent_id or "")
    return {
        "label": data.label,
        "kind": data.kind.value,
        "parent": parent,
        "version": data.version,
        **target,
    }


def _named(places: Mapping[str, tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, f"{label} ({path})") for name, (label, path) in places.items()]


def _choices(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(*pair) for pair in pairs]

"""Forms of staff: an invitation, and the roles of a person."""

from __future__ import annotations

from wtforms.widgets import CheckboxInput, ListWidget

from kashcraft.accounts.models import Role
from kashcraft.accounts.presenters import STAFF_REFUSALS
from kashcraft.core.fields import DataRequired, SelectChoice, SelectMultipleField
from kashcraft.core.forms import EmailText, Form, VersionField
from kashcraft.core.i18n import lazy_gettext as _l

# Each role with what it opens.
CHOICES = {
    Role.OWNER: _l("Owner: everything"),
    Role.EDITOR: _l("Editor: products, pages, vouchers and rewards"),
    Role.FULFILMENT: _l("Fulfillment: orders, returns and stock"),
    Role.SUPPORT: _l("Support: orders, refunds, returns and customers"),
}


def role_choices() -> list[SelectChoice]:
    """Return the roles as choices of a field."""
    return [SelectChoice(role.value, label) for role, label in CHOICES.items()]


class RolesForm(Form):
    """The roles of a person. ``seen`` names the rights that the page showed."""

    roles = SelectMultipleField(
        _l("Roles"),
        [DataRequired(STAFF_REFUSALS["staff_roles_missing"])],
        choices=role_choices,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    seen = VersionField()

    @property
    def chosen(self) -> list[Role]:
        """Return the selected roles."""
        return [Role(value) for value in self.roles.data or ()]


class InviteForm(RolesForm):
    """The address of a person to invite, and the roles that accepting the invitation grants."""

    email = EmailText()

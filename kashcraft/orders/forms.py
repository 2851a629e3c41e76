"""Forms to find an order and to request a return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kashcraft.core.fields import HiddenField, InputRequired, Length, SelectChoice, SelectField, TextAreaField
from kashcraft.core.forms import EmailText, Form, Text, WholeField, trimmed
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import OrderLineId
from kashcraft.orders.models import OrderLine, ReturnReason
from kashcraft.orders.presenters import RETURN_REASONS


class FindOrderForm(Form):
    """The number of an order and the e-mail address it was placed with."""

    number = Text(_l("Order number"), maximum=24, missing=_l("Please enter the number, it starts with KC."))
    email = EmailText(missing=_l("Please enter the address you ordered with."))


class ReturnForm(Form):
    """The units of an order to be returned.

    ``once`` identifies the request, so that sending the form twice creates one return.
    """

    note = TextAreaField(
        _l("What should we know?"),
        [Length(max=500, message=_l("At most 500 characters."))],
        filters=[trimmed],
    )
    once = HiddenField(_l("Request"), [InputRequired(), Length(max=60)])
    left: Mapping[OrderLineId, int]

    @classmethod
    def of(cls, lines: list[OrderLine], left: Mapping[OrderLineId, int]) -> type[ReturnForm]:
        """Return the form class of an order: units and reason for each line that can be returned."""
        fields: dict[str, Any] = {"left": left}
        for line in lines:
            if line.id in left:
                most = left[line.id]
                fields[f"units_{line.id.hex}"] = WholeField(
                    _("How many of %(name)s", name=line.name), least=0, most=most, optional=True, default=0
                )
                fields[f"reason_{line.id.hex}"] = SelectField(
                    _("Reason for returning %(name)s", name=line.name),
                    choices=[
                        SelectChoice("", _("Choose a reason")),
                        *(SelectChoice(reason.value, text) for reason, text in RETURN_REASONS.items()),
                    ],
                )
        return type("OrderReturnForm", (cls,), fields)

    @property
    def chosen(self) -> dict[OrderLineId, tuple[int, ReturnReason]]:
        """Return (units, reason) of each line with units to return."""
        wanted = {line_id: self[f"units_{line_id.hex}"].data or 0 for line_id in self.left}
        return {
            line_id: (units, ReturnReason(self[f"reason_{line_id.hex}"].data))
            for line_id, units in wanted.items()
            if units
        }

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether at least one unit is to be returned and each returned line has a reason."""
        valid = super().validate(extra_validators)
        for line_id in self.left:
            reason = self[f"reason_{line_id.hex}"]
            if self[f"units_{line_id.hex}"].data and not reason.data:
                reason.errors = [*reason.errors, _("Please choose a reason.")]
                valid = False
        if valid and not self.chosen:
            self.form_errors.append(_("Please enter how many items you want to return."))
            return False
        return valid

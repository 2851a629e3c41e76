"""Forms of the order page: a refund by line and amount, an answer to a return, a note."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from kashcraft.core.fields import (
    BooleanField,
    DataRequired,
    HiddenField,
    InputRequired,
    Length,
    TextAreaField,
)
from kashcraft.core.forms import MOST, AmountField, Form, Text, WholeField, trimmed
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ReturnId
from kashcraft.orders.models import OrderLine
from kashcraft.orders.rules import RefundRequest


class RefundForm(Form):
    """A refund; ``key`` identifies it, so that it is made once, ``agreed`` is the amount that staff saw."""

    shipping = AmountField(_l("Delivery"), optional=True)
    amount = AmountField(_l("Other amount"), optional=True)
    restock = BooleanField(_l("Put the units back into stock"))
    reason = Text(_l("Reason"), maximum=200, missing=_l("Please say why, the customer reads it."))
    key = HiddenField(_l("Refund"), [InputRequired(), Length(max=40)])
    return_id = HiddenField(_l("Return"), [Optional(), Length(max=36)])
    agreed = WholeField(_l("Agreed"), least=0, most=MOST - 1, optional=True, widget=HiddenInput())
    lines: tuple[OrderLine, ...]
    currency: str

    @classmethod
    def of(cls, lines: Iterable[OrderLine], currency: str) -> type[RefundForm]:
        """Return the form of an order, with a field for each line that has units left to refund."""
        open_lines = tuple(line for line in lines if line.refunded_quantity < line.quantity)
        fields: dict[str, Any] = {"lines": open_lines, "currency": currency}
        for line in open_lines:
            most = line.quantity - line.refunded_quantity
            label = _("Quantity of %(name)s", name=line.name)
            fields[f"units_{line.id.hex}"] = WholeField(label, least=0, most=most, optional=True)
        return type("OrderRefundForm", (cls,), fields)

    @property
    def refund_request(self) -> RefundRequest:
        """Return the requested refund."""
        units = {line.id: self[f"units_{line.id.hex}"].data or 0 for line in self.lines}
        return RefundRequest(
            units={line_id: count for line_id, count in units.items() if count},
            amount=self.amount.minor,
            shipping=self.shipping.minor,
        )

    @property
    def return_request(self) -> ReturnId | None:
        """Return the id of the return that is refunded, or None."""
        try:
            return ReturnId(UUID(self.return_id.data)) if self.return_id.data else None
        except ValueError:
            return None


class AnswerForm(Form):
    """An answer to a return, for the customer."""

    answer = Text(_l("Answer to the customer"), optional=True, maximum=500)


class NoteForm(Form):
    """A note for other staff."""

    note = TextAreaField(
        _l("Note"),
        [DataRequired(_l("Please write a note.")), Length(max=500, message=_l("At most 500 characters."))],
        filters=[trimmed],
    )

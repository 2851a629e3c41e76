"""Arrived stock, and how much of it one order may hold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from kashcraft.core.forms import Form, Text
from kashcraft.core.i18n import lazy_gettext as _l

MOST = 10_000


class RestockForm(Form):
    """How many units have arrived; ``key`` names the delivery, so that sending it twice adds it once."""

    quantity = IntegerField(
        _l("Units arrived"),
        [
            InputRequired(_l("Please enter how many have arrived.")),
            NumberRange(1, MOST, _l("A whole number from 1 to 10,000.")),
        ],
    )
    notes = Text(_l("Note"), optional=True, maximum=200)
    key = HiddenField(_l("Delivery"), [InputRequired(), Length(max=60)])

    def __init__(self, *arguments: Any, product_id: UUID, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for field in self:
            field.id = field.label.field_id = f"{field.name}-{product_id}"


class MostPerOrderForm(Form):
    """How many units of a product one order may hold; empty for as many as of any other."""

    most = IntegerField(
        _l("Most per order"), [Optional(), NumberRange(1, MOST, _l("A whole number from 1 to 10,000."))]
    )

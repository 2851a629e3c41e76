"""Arrived stock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, Length, NumberRange

from kashcraft.core.forms import Form, Text

MOST = 10_000


class RestockForm(Form):
    """How many units have arrived; ``key`` names the delivery, so that sending it twice adds it once."""

    quantity = IntegerField(
        "Units arrived",
        [
            InputRequired("Please enter how many have arrived."),
            NumberRange(1, MOST, f"A whole number from 1 to {MOST:,}."),
        ],
    )
    notes = Text("Note", optional=True, maximum=200)
    key = HiddenField("Delivery", [InputRequired(), Length(max=60)])

    def __init__(self, *arguments: Any, product_id: UUID, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for field in self:
            field.id = field.label.field_id = f"{field.name}-{product_id}"

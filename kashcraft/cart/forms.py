"""What is posted to a cart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wtforms import Field, IntegerField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from kashcraft.cart.rules import MOST
from kashcraft.core.forms import Form


class Identifier(Field):
    """The id of a row, read as a UUID."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the id; anything else is refused beside the field."""
        self.data = None
        if valuelist and valuelist[0]:
            try:
                self.data = UUID(valuelist[0])
            except ValueError:
                raise ValueError("This piece does not exist.") from None


class AddForm(Form):
    """A piece and how many of it; the page of a family sends no piece until a choice is made."""

    product_id = Identifier("Piece", [InputRequired("Please choose an option first.")])
    quantity = IntegerField(
        "Quantity", [NumberRange(1, MOST, message=f"Please enter a number between 1 and {MOST}.")], default=1
    )

    @property
    def problem(self) -> str:
        """Return what is wrong, in one sentence."""
        return str([*self.product_id.errors, *self.quantity.errors][0])


class QuantityForm(Form):
    """How many of a line; 0 takes it out."""

    quantity = IntegerField(
        "Quantity", [NumberRange(0, MOST, message=f"Please enter a number between 0 and {MOST}.")]
    )

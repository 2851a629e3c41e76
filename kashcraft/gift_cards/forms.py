"""What people type about gift cards."""

from __future__ import annotations

from kashcraft.core.forms import Form, Text


class BalanceForm(Form):
    """The code of a card whose balance somebody wants to know."""

    code = Text("Gift card code", maximum=60, missing="Please enter the code of your gift card.")

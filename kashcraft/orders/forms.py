"""What people type to find their order."""

from __future__ import annotations

from kashcraft.core.forms import EmailText, Form, Text


class FindForm(Form):
    """The number of an order and the address it was placed with."""

    number = Text("Order number", maximum=24, missing="Please enter the number, it starts with KC.")
    email = EmailText(missing="Please enter the address you ordered with.")

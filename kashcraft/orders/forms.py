"""What people type to find their order."""

from __future__ import annotations

from wtforms.validators import Email

from kashcraft.core.forms import Form, Text


class FindForm(Form):
    """The number of an order and the address it was placed with."""

    number = Text("Order number", maximum=24, missing="Please enter the number, it starts with KC.")
    email = Text(
        "E-mail address",
        Email(message="This does not look like an e-mail address."),
        maximum=254,
        missing="Please enter the address you ordered with.",
        render_kw={"type": "email"},
    )

"""Arrived stock, a first count, and how much one order may hold."""

from __future__ import annotations

from typing import Any

from kashcraft.core.fields import HiddenField, InputRequired, Length
from kashcraft.core.forms import Form, Text, WholeField
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId

MOST = 10_000
MOST_ON_HAND = 1_000_000


class RestockForm(Form):
    """How many units have arrived; ``key`` names the delivery, so that sending it twice adds it once."""

    quantity = WholeField(
        _l("Units arrived"), least=1, most=MOST, missing=_l("Please enter how many have arrived.")
    )
    notes = Text(_l("Note"), optional=True, maximum=200)
    key = HiddenField(_l("Delivery"), [InputRequired(), Length(max=60)])

    def __init__(self, *arguments: Any, product_id: ProductId, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for field in self:
            field.id = field.label.field_id = f"{field.name}-{product_id}"


class MostPerOrderForm(Form):
    """How many units of a product one order may hold; empty for as many as of any other."""

    most = WholeField(_l("Most per order"), least=1, most=MOST, optional=True)


class FirstCountForm(Form):
    """How many units of a product are on hand where its counting begins."""

    quantity = WholeField(
        _l("Units on hand"), least=0, most=MOST_ON_HAND, missing=_l("Please enter how many are on hand.")
    )

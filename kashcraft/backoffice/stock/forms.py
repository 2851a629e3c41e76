"""A received delivery, a first count, and the limit of units per order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kashcraft.core.errors import DomainError
from kashcraft.core.forms import Form, OnceKey, Text, WholeField
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ProductId
from kashcraft.inventory.rules import StockRecord

MOST = 10_000
MOST_ON_HAND = 1_000_000
UNITS = "units-"
NO_UNITS = _l("Please enter the received units of at least one product.")


class DeliveryForm(Form):
    """The received units of any number of products, with one note; the key counts the delivery once."""

    notes = Text(_l("Note"), optional=True, maximum=200)
    key = OnceKey(_l("Delivery"))

    def __init__(self, sent: Any = None, **options: Any) -> None:
        super().__init__(sent, **options)
        self._sent = self.meta.wrap_formdata(self, sent)
        self._units: dict[ProductId, WholeField] = {}

    def units_of(self, record: StockRecord) -> WholeField:
        """Return the field for the received units of a product, and add it to the form if it is new."""
        if record.product_id not in self._units:
            name = f"{UNITS}{record.product_id}"
            label = _("Units received of %(name)s, %(sku)s", name=record.full_name, sku=record.sku)
            field = WholeField(label, least=1, most=MOST, optional=True, name=name, _form=self)
            field.process(self._sent)
            self._units[record.product_id] = self._fields[name] = field
        return self._units[record.product_id]

    def entered(self) -> dict[ProductId, int]:
        """Return the received units by product, without empty fields."""
        return {product_id: field.data for product_id, field in self._units.items() if field.data}

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether the input is valid; units of at least one product are required."""
        if not super().validate(extra_validators):
            return False
        if not self.entered():
            self.refuse(DomainError("no_units"), {"no_units": NO_UNITS})
        return bool(self.entered())

    def refuse(self, error: DomainError, messages: Mapping[str, LazyText]) -> None:
        """Show the refusal of a service beside the field of the product that it names."""
        product_id = error.details.get("product_id")
        field = f"{UNITS}{product_id}" if product_id else error.field
        super().refuse(DomainError(error.code, field=field, **error.details), messages)


class MostPerOrderForm(Form):
    """How many units of a product one order may hold; empty for the shop's limit."""

    most = WholeField(_l("Most per order"), least=1, most=MOST, optional=True)


class FirstCountForm(Form):
    """How many units of a product are on hand when its counting begins."""

    quantity = WholeField(
        _l("Units on hand"), least=0, most=MOST_ON_HAND, missing=_l("Please enter how many are on hand.")
    )

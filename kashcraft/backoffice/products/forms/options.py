"""The options of a product, and the table of its variants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slugify import slugify
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.products.forms.filter_values import read_values, values_field
from kashcraft.catalogue.rules import SkuInput, VariantInput, attributes_of_options
from kashcraft.catalogue.rules.option_table import MOST_OPTIONS
from kashcraft.catalogue.rules.product_input import StoredVariant
from kashcraft.catalogue.rules.versions import version_of
from kashcraft.catalogue.services import EditedVariant
from kashcraft.core.fields import BooleanField
from kashcraft.core.forms import AmountField, CurrencyForm, Text, VersionField, WholeField
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.money import LARGEST_MINOR, Money
from kashcraft.core.settings import formats

# Texts for the refusals of rules and services, by code.
REFUSALS = {
    "no_options": _l("Please enter at least one option, each with its values."),
    "option_twice": _l("Each option, and each of its values, can be there once."),
    "too_many_variants": _l("These are %(number)s variants. At most %(most)s are possible."),
    "no_choices": _l("Please select at least one variant."),
    "sku_taken": _l("The SKU %(sku)s is taken."),
    "sale_price_not_lower": _l("A sale price must be below its price."),
    "options_changed_since": _l("The variants were changed after you opened them. Please open them again."),
    "product_was_ordered": _l(
        "Orders contain this product, so it cannot get variants. Duplicate it, give the copy its"
        " options, and archive this one."
    ),
    "stock_is_held": _l("Unpaid orders hold units of this product. Please try again later."),
}


class OptionsForm(CurrencyForm):
    """The names and values of up to three options. ``version`` is that of the variants it was opened with.

    ``all_price`` is a price for all rows.
    """

    name_1 = Text(_l("First option"), optional=True, maximum=60)
    values_1 = values_field(_l("Its values"))
    name_2 = Text(_l("Second option"), optional=True, maximum=60)
    values_2 = values_field(_l("Its values"))
    name_3 = Text(_l("Third option"), optional=True, maximum=60)
    values_3 = values_field(_l("Its values"))
    all_price = AmountField(_l("Price of all variants"), most=LARGEST_MINOR, optional=True)
    agreed = BooleanField(_l("Archive these variants"))
    version = VersionField()

    def options(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the options with a name or values, in their order."""
        pairs = [
            (self[f"name_{place}"].data or "", read_values(self[f"values_{place}"]))
            for place in range(1, MOST_OPTIONS + 1)
        ]
        return [pair for pair in pairs if any(pair)]


class VariantForm(CurrencyForm):
    """A row of the table; ``is_sold`` is whether there is such a variant."""

    is_sold = BooleanField(_l("Sold"))
    sku = Text(_l("SKU"), maximum=255, missing=_l("Please enter a SKU."))
    price = AmountField(_l("Price"), most=LARGEST_MINOR, missing=_l("Please enter a price."))
    sale_price = AmountField(_l("Sale price"), most=LARGEST_MINOR, optional=True)
    weight = WholeField(_l("Grams"), least=0, most=1_000_000, optional=True)


@dataclass(frozen=True)
class VariantRow:
    """A combination of option values with its form and the stored variant, None for a new one."""

    values: Mapping[str, str]
    form: VariantForm
    stored: StoredVariant | None

    @property
    def title(self) -> str:
        """Return the values as one text."""
        return " / ".join(self.values.values())

    def entered(self, pattern: SkuInput) -> EditedVariant:
        """Return the input for the services; a new variant is like ``pattern``."""
        form, stored = self.form, self.stored
        before = stored.data.sold if stored else pattern
        sold = replace(
            before,
            sku=form.sku.data or "",
            price=form.price.money or Money.zero(form.currency),
            sale_price=form.sale_price.money,
            weight_grams=form.weight.data or 0,
        )
        if stored is None:
            return EditedVariant(None, VariantInput(option_values=self.values, sold=sold))
        return EditedVariant(stored.id, _with_values(stored.data, self.values, sold))


def variant_row(
    values: Mapping[str, str],
    stored: StoredVariant | None,
    pattern: SkuInput,
    base: str,
    sent: MultiDict[str, str] | None,
) -> VariantRow:
    """Return the row of a combination: as it was sent, else as it is stored, else like ``pattern``.

    ``base`` is the beginning of a new SKU. A row that a form has just made is selected.
    """
    prefix = f"row-{version_of(dict(values))}-"
    sold = stored.data.sold if stored else pattern
    shown: dict[str, object] = {
        "is_sold": not stored.is_retired if stored else sent is not None,
        "sku": sold.sku if stored else f"{base}-{slugify('-'.join(values.values())).upper()}",
        "price": formats().entry(sold.price),
        "sale_price": formats().entry(sold.sale_price) if sold.sale_price is not None else "",
        "weight": sold.weight_grams,
    }
    was_sent = sent is not None and f"{prefix}sku" in sent
    form = VariantForm(sent if was_sent else None, prefix=prefix, currency=sold.price.currency, data=shown)
    return VariantRow(values, form, stored)


def shown_options(names: Sequence[str], variants: Sequence[StoredVariant]) -> dict[str, object]:
    """Return stored options by the fields of the form; values in the order of the current variants."""
    shown: dict[str, object] = {}
    for place, name in enumerate(names, start=1):
        values = dict.fromkeys(
            one.data.option_values[name] for one in variants if name in one.data.option_values
        )
        shown |= {f"name_{place}": name, f"values_{place}": ", ".join(values)}
    return shown


def _with_values(data: VariantInput, values: Mapping[str, str], sold: SkuInput) -> VariantInput:
    """Return a variant with other option values; filter values of its own stay, derived ones follow."""
    same = dict(data.option_values) == dict(values)
    derived = attributes_of_options(data.option_values)
    stays = same or {kind: own for kind, own in data.attributes().items() if own} != derived
    if stays:
        return replace(data, option_values=dict(values), sold=sold)
    return VariantInput(option_values=dict(values), sold=sold, source_urls=data.source_urls)

"""The values by which visitors filter products: four lists, separated by commas."""

from __future__ import annotations

from wtforms import Field

from kashcraft.catalogue.rules import PageInput, clean_values
from kashcraft.core.fields import Length, TextAreaField
from kashcraft.core.forms import Form
from kashcraft.core.i18n import LazyText
from kashcraft.core.i18n import lazy_gettext as _l

NAMES = ("materials", "colours", "sizes", "tags")


def values_field(label: LazyText) -> TextAreaField:
    """Return an optional field for values that are separated by commas."""
    return TextAreaField(label, [Length(max=2_000, message=_l("At most 2,000 characters."))])


class FilterValuesForm(Form):
    """Materials, colors, sizes and tags."""

    materials = values_field(_l("Materials"))
    colours = values_field(_l("Colors"))
    sizes = values_field(_l("Sizes"))
    tags = values_field(_l("Tags"))


def read_values(field: Field) -> tuple[str, ...]:
    """Return the values of a field that are separated by commas or lines."""
    return clean_values((field.data or "").replace("\n", ",").split(","))


def shown_filter_values(page: PageInput) -> dict[str, object]:
    """Return the values of a product by the fields of its form."""
    return {name: ", ".join(getattr(page, name)) for name in NAMES}

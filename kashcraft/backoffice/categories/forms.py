"""The form of a category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from werkzeug.datastructures import MultiDict

from kashcraft.catalogue.rules.category_input import CategoryInput
from kashcraft.core.fields import Length, SelectChoice, SelectField, TextAreaField
from kashcraft.core.forms import Form, Text, VersionField
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import CategoryId

LONGEST_TEXT = 20_000
# Texts for the refusals of the services, by code.
REFUSALS = {
    "slug_taken": _l("Another category has this address."),
    "slug_empty": _l("Please use letters or digits."),
    "category_inside_itself": _l("A category cannot be inside itself."),
    "category_changed_since": _l(
        "This category was changed after you opened it. What is saved now is listed here."
        " Save again to replace it."
    ),
}


class CategoryForm(Form):
    """The name, place, address and texts of a category. ``version`` is that of the values it was opened
    with.
    """

    name = Text(_l("Name"), maximum=255, missing=_l("Please enter a name."))
    parent = SelectField(_l("Inside"))
    slug = Text(_l("Address"), optional=True, maximum=120)
    description = TextAreaField(
        _l("Description"), [Length(max=LONGEST_TEXT, message=_l("At most 20,000 characters."))]
    )
    seo_title = Text(_l("Search title"), optional=True, maximum=120)
    seo_description = Text(_l("Search description"), optional=True, maximum=320)
    version = VersionField()

    def __init__(
        self,
        sent: MultiDict[str, str] | None = None,
        *,
        categories: Sequence[tuple[CategoryId, str]],
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(sent, data=data)
        self.places = {"": _("The top of the shop"), **{str(one): path for one, path in categories}}
        self.parent.choices = [SelectChoice(*place) for place in self.places.items()]

    def entered(self) -> CategoryInput:
        """Return the input for the services."""
        return CategoryInput(
            name=self.name.data or "",
            slug=self.slug.data or "",
            parent_id=CategoryId(UUID(self.parent.data)) if self.parent.data else None,
            description=(self.description.data or "").replace("\r\n", "\n").strip(),
            seo_title=self.seo_title.data or "",
            seo_description=self.seo_description.data or "",
        )


def shown_category(data: CategoryInput) -> dict[str, object]:
    """Return the values of a category by the fields of its form."""
    return {**data.values(), "parent": str(data.parent_id or ""), "version": data.version}

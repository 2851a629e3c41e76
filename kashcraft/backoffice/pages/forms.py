"""The form of a help page."""

from __future__ import annotations

from kashcraft.content.rules import LONGEST_SLUG, PageText
from kashcraft.core.fields import Length, TextAreaField
from kashcraft.core.forms import Form, Text, VersionField
from kashcraft.core.i18n import lazy_gettext as _l

LONGEST_BODY = 60_000
# Texts for the refusals of the services, by code.
REFUSALS = {
    "page_slug_taken": _l("Another page has this address."),
    "page_slug_fixed": _l("The shop links to this page by its address, so the address cannot change."),
    "slug_empty": _l("Please use letters or digits."),
    "page_changed_since": _l(
        "This page was changed after you opened it. What is saved now is listed here."
        " Save again to replace it."
    ),
}


class PageForm(Form):
    """The title, address and text of a page. ``version`` is that of the values it was opened with."""

    title = Text(_l("Title"), maximum=160, missing=_l("Please enter a title."))
    slug = Text(_l("Address"), optional=True, maximum=LONGEST_SLUG)
    body = TextAreaField(_l("Text"), [Length(max=LONGEST_BODY, message=_l("At most 60,000 characters."))])
    seo_description = Text(_l("Search description"), optional=True, maximum=320)
    version = VersionField()

    @property
    def markdown(self) -> str:
        """Return the text as it is stored."""
        return (self.body.data or "").replace("\r\n", "\n").strip()

    def entered(self) -> PageText:
        """Return the input for the services."""
        return PageText(
            title=self.title.data or "",
            slug=self.slug.data or "",
            body=self.markdown,
            seo_description=self.seo_description.data or "",
        )


def shown_page(data: PageText) -> dict[str, object]:
    """Return the values of a page by the fields of its form."""
    return {**data.values(), "version": data.version}

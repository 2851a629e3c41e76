"""Help pages with their neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.catalogue import queries as catalogue


@dataclass(frozen=True)
class HelpView:
    """A help page and the titles of all of them."""

    page: catalogue.HelpPage
    titles: list[tuple[str, str]]


def help_view(slug: str) -> HelpView | None:
    """Return the help page at ``slug``, or None; two statements."""
    page = catalogue.help_page(slug)
    return HelpView(page, catalogue.help_titles()) if page else None

"""Help pages: their addresses, their texts, and those that the shop itself links to."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from kashcraft.catalogue.rules.versions import version_of
from kashcraft.core.ids import PageId

# The pages that the shop's own pages link to: delivery dates, returns, the terms of an order, and so on.
FIXED_SLUGS = ("shipping", "returns", "contact", "about", "privacy", "terms")
LONGEST_SLUG = 120
# What a draft leaves for the owner to complete: [[Say who sends your parcels.]]
_GAP = re.compile(r"\[\[[^\[\]]+\]\]")


@dataclass(frozen=True, kw_only=True)
class PageText:
    """What a form says of a help page; ``body`` is Markdown.

    Without ``slug`` a new page gets one made from its title, and an existing one keeps its own.
    """

    title: str
    slug: str = ""
    body: str = ""
    seo_description: str = ""

    def values(self) -> dict[str, object]:
        """Return the values by name, as JSON stores them."""
        return asdict(self)

    @property
    def version(self) -> str:
        """Return the version of these values, which differs as soon as one of them does."""
        return version_of(self.values())


@dataclass(frozen=True, kw_only=True)
class StoredPage:
    """A help page as its form shows it."""

    id: PageId
    data: PageText

    @property
    def is_fixed(self) -> bool:
        """Return whether the shop itself links to this page, so that its address cannot change."""
        return self.data.slug in FIXED_SLUGS

    @property
    def gaps(self) -> int:
        """Return how many gaps of the draft are not completed."""
        return count_gaps(self.data.body)


@dataclass(frozen=True, kw_only=True)
class ListedPage:
    """A help page of the list of staff; ``gaps`` are not completed, and the place is among all pages."""

    id: PageId
    slug: str
    title: str
    gaps: int
    changed_at: datetime
    is_first: bool
    is_last: bool


def page_path(slug: str) -> str:
    """Return the address of a help page."""
    return f"/help/{slug}"


def count_gaps(body: str) -> int:
    """Return how many marked gaps a text has: [[what to write there]]."""
    return len(_GAP.findall(body))

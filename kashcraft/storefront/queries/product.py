"""The page of a piece: itself with live stock, what goes with it, what people say, when it would arrive."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kashcraft.catalogue.queries import tree
from kashcraft.catalogue.rules import Shelf, render_markdown
from kashcraft.core.context import remembered, shop_time
from kashcraft.core.errors import NotFound
from kashcraft.core.i18n import gettext
from kashcraft.core.money import Money
from kashcraft.product_cards.queries import ProductPage, cards, live_state, product_page
from kashcraft.product_cards.rules import Card, Picture, Sellable, similar_to, stock_state
from kashcraft.reviews import queries as reviews
from kashcraft.reviews.queries import ReviewSummary
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.rules import DeliveryWindow, delivery_window
from kashcraft.storefront.queries.freshness import index_and_key
from kashcraft.storefront.rules import MOST_PIECES, Axis, axes_of, chosen_of

SIMILAR = 4


@dataclass(frozen=True)
class ProductRequest:
    """A piece that somebody asks for, with live prices and stock, and the key of what its page shows."""

    slug: str
    live: tuple[Sellable, ...]
    chosen_id: UUID
    arrives: DeliveryWindow | None
    key: tuple[Hashable, ...]


@dataclass(frozen=True)
class Panel:
    """What stands beside the pictures and changes with the choice."""

    page: ProductPage
    chosen: Sellable
    shelf: Shelf | None
    arrives: DeliveryWindow | None

    @property
    def money(self) -> Money:
        """Return what the shown choice costs now."""
        return Money(self.chosen.price, self.page.currency)

    @property
    def compare_at(self) -> Money | None:
        """Return the regular price while a sale runs."""
        return Money(self.chosen.regular, self.page.currency) if self.chosen.on_sale else None

    @property
    def amounts(self) -> list[tuple[UUID, Money, bool]]:
        """Return the amounts of a gift card: which choice each is, and whether it is the one shown."""
        return [
            (one.id, Money(one.price, self.page.currency), one.id == self.chosen.id) for one in self.page.sold
        ]

    @property
    def stock(self) -> str:
        """Return the state of the shown choice's stock."""
        return stock_state(self.chosen.free)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Return the options with their values, none for a piece that stands alone."""
        return axes_of(self.page.option_names, self.page.sold, self.chosen) if self.chosen.values else ()

    @property
    def watched(self) -> list[UUID]:
        """Return the pieces whose stock an open page follows: the shown choice, then those beside it."""
        beside = (value.choice_id for axis in self.axes for value in axis.values)
        return list(dict.fromkeys((self.chosen.id, *beside)))[:MOST_PIECES]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures, those of the shown choice first."""
        own = self.page.choice_pictures.get(self.chosen.id, ())
        return own + tuple(one for one in self.page.pictures if one not in own)

    @property
    def care_html(self) -> str:
        """Return the care text as HTML."""
        return render_markdown(self.page.care, top=4)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Return what the piece is made of and measures, in words."""
        page, grams = self.page, self.chosen.weight_grams
        weight = f"{grams / 1000:g} kg" if grams >= 1000 else f"{grams} g"
        said = (
            (gettext("Material"), ", ".join(page.materials)),
            (gettext("Colour"), ", ".join(page.colours)),
            (gettext("Measures"), page.dimensions),
            (gettext("Weight"), weight if grams and not page.is_gift_card else ""),
            (gettext("Origin"), page.origin),
            (gettext("Maker"), page.vendor),
            (gettext("Article"), self.chosen.sku),
        )
        return [(term, text) for term, text in said if text]


@dataclass(frozen=True)
class ProductView:
    """What the page shows beside the panel."""

    panel: Panel
    trail: Sequence[tuple[str, str]]
    related: Sequence[Card]
    similar: Sequence[Card]
    reviews: ReviewSummary | None


def product_request(
    slug: str, choice: UUID | None, *, country: str, cutoff_hour: int, now: datetime
) -> ProductRequest | None:
    """Return the piece at ``slug`` with its live stock, or None where there is no such page.

    One statement while the catalogue stays as it is.
    """
    live = live_state(slug, now)
    if not live:
        return None
    _, key = index_and_key(now)
    chosen = chosen_of(live, choice)
    arrives = _arrival(country, cutoff_hour)
    # Cards of other pieces lag by the same half minute as lists; the piece itself is keyed by what was just
    # read.
    state = tuple((one.price, one.free) for one in live)
    # The page of a gift card names the days on which it can be sent.
    today = shop_time().date()
    return ProductRequest(
        slug, live, chosen.id, arrives, ("piece", slug, chosen.id, *key, state, arrives, today)
    )


def product_panel(request: ProductRequest) -> Panel:
    """Return what is shown of the piece itself; one statement per request, however often it is asked for.

    Raises NotFound when the page has gone since.
    """
    cache = remembered()
    panel: Panel | None = cache.get("panel")
    if panel is None:
        page = product_page(request.slug, request.live)
        if page is None:
            raise NotFound
        shelf = tree().by_id.get(page.shelf_id) if page.shelf_id else None
        chosen = chosen_of(page.sold, request.chosen_id)
        panel = cache["panel"] = Panel(page, chosen, shelf, request.arrives)
    return panel


def product_view(request: ProductRequest, now: datetime) -> ProductView:
    """Return the whole page; beside the panel's one statement for cards, and one for reviews where there
    are any.
    """
    panel = product_panel(request)
    page, related = panel.page, panel.page.related_ids
    index, _ = index_and_key(now)
    similar = [one for one in similar_to(index, page.id, SIMILAR + len(related)) if one not in related]
    shown = cards([*related, *similar[:SIMILAR]], now)
    above = tree().path_to(panel.shelf) if panel.shelf else ()
    return ProductView(
        panel=panel,
        trail=[(gettext("Home"), "/"), *((one.name, one.url) for one in above)],
        related=[card for card in shown if card.product_id in related][:SIMILAR],
        similar=[card for card in shown if card.product_id not in related],
        reviews=reviews.summary(page.id) if page.rating_count else None,
    )


def _arrival(country: str, cutoff_hour: int) -> DeliveryWindow | None:
    """Return when the first method of the country's zone would deliver what is ordered now."""
    zone = shipping.kept_zone(country)
    if zone is None or not zone.methods:
        return None
    return delivery_window(zone.methods[0], ordered_at=shop_time(), cutoff_hour=cutoff_hour)

"""The page of a piece: itself with live stock, what goes with it, what people say, when it would arrive."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from kashcraft.accounts.rules import country_name
from kashcraft.catalogue.presenters import choose_text
from kashcraft.catalogue.queries import get_tree
from kashcraft.catalogue.rules import CategoryNode, render_markdown
from kashcraft.core.caches import request_memo
from kashcraft.core.errors import NotFound
from kashcraft.core.formats import minutes_left
from kashcraft.core.i18n import gettext
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats, settings, shop_time
from kashcraft.product_cards.presenters import stock_words
from kashcraft.product_cards.queries import ProductPage, find_product_page, list_cards, list_priced_variants
from kashcraft.product_cards.rules import Card, Picture, PricedVariant, similar_to, stock_state
from kashcraft.reviews import queries as reviews
from kashcraft.reviews.queries import ReviewSummary
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.rules import DeliveryWindow
from kashcraft.storefront.queries.freshness import get_index_and_key
from kashcraft.storefront.rules import (
    MAX_WATCHED,
    OptionAxis,
    OptionValue,
    Values,
    build_axes,
    chosen_values,
    matching,
)

SIMILAR = 4


@dataclass(frozen=True)
class ProductRequest:
    """A piece that somebody asks for, with live prices and stock, and the key of what its page shows.

    Asked for are a choice by its id, or values of options in the order of the options.
    """

    slug: str
    live: tuple[PricedVariant, ...]
    choice: ProductId | None
    given: tuple[str | None, ...]
    country: str
    arrives: DeliveryWindow | None
    key: tuple[Hashable, ...]


@dataclass(frozen=True)
class BuyPanel:
    """What the page shows of the piece itself, and changes with the choice; ``values`` are what is chosen."""

    page: ProductPage
    values: Values
    category: CategoryNode | None
    country: str
    arrives: DeliveryWindow | None

    @property
    def country_name(self) -> str:
        """Return the name of the country for which ``arrives`` holds."""
        return country_name(self.country)

    @cached_property
    def matching(self) -> Sequence[PricedVariant]:
        """Return what can still be meant by what is chosen."""
        return matching(self.page.variants, self.values)

    @property
    def chosen(self) -> PricedVariant | None:
        """Return what goes into the bag, or None until everything is chosen."""
        return self.matching[0] if None not in self.values else None

    @cached_property
    def cheapest(self) -> PricedVariant:
        """Return the choice whose price is shown: the chosen one, until then the one that costs least."""
        return min(self.matching, key=lambda one: one.price)

    @property
    def money(self) -> Money:
        """Return what the choice costs now, or the least that one can cost."""
        return Money(self.cheapest.price, self.page.currency)

    @property
    def compare_at(self) -> Money | None:
        """Return the regular price while a sale runs."""
        return Money(self.cheapest.regular, self.page.currency) if self.cheapest.on_sale else None

    @property
    def price_from(self) -> bool:
        """Return whether what is still to be chosen decides about the price."""
        return any(one.price != self.cheapest.price for one in self.matching)

    @property
    def amounts(self) -> list[tuple[ProductId, Money]]:
        """Return the amounts of a gift card, and which choice each is."""
        return [(one.id, Money(one.price, self.page.currency)) for one in self.page.variants]

    @property
    def stock(self) -> str:
        """Return the state of the choice's stock; until then only whether nothing can be had."""
        if self.chosen:
            return stock_state(self.chosen.free, is_held=self.chosen.is_held)
        if any(one.free > 0 for one in self.matching):
            return ""
        return stock_state(0, is_held=self.held_until is not None)

    @property
    def is_unavailable(self) -> bool:
        """Return whether nothing of what is chosen can be bought now."""
        return self.stock in ("sold_out", "held")

    @property
    def held_until(self) -> datetime | None:
        """Return when to look again, where nothing is free only because somebody is paying for it."""
        ends = [one.held_until for one in self.matching if one.is_held and one.held_until]
        return min(ends, default=None)

    @property
    def most(self) -> int:
        """Return how many one order may hold of what is chosen."""
        limit = self.chosen.most_per_order if self.chosen else None
        return limit or settings().most_per_order

    @cached_property
    def axes(self) -> tuple[OptionAxis, ...]:
        """Return the options with their values, none for a piece that stands alone."""
        return build_axes(self.page.option_names, self.page.variants, self.values)

    @property
    def questions(self) -> list[OptionAxis]:
        """Return the options that leave something to choose."""
        return [axis for axis in self.axes if axis.is_question]

    @property
    def announcement(self) -> str:
        """Return what is chosen with its price and stock, for those who only hear it; empty before."""
        choice = ", ".join(axis.chosen for axis in self.questions if axis.chosen)
        price = formats().amount(self.money)
        if not choice:
            return ""
        if self.chosen:
            stock = stock_words(self.stock, self.chosen.free, self.one_of_a_kind)
            return gettext("%(choice)s: %(price)s. %(stock)s", choice=choice, price=price, stock=stock)
        if self.price_from:
            return gettext("%(choice)s: from %(price)s.", choice=choice, price=price)
        return gettext("%(choice)s: %(price)s.", choice=choice, price=price)

    @property
    def missing(self) -> OptionAxis | None:
        """Return the first option that has to be chosen still."""
        return next((axis for axis in self.axes if axis.chosen is None), None)

    @property
    def button_text(self) -> str:
        """Return what stands on the button."""
        return choose_text(self.missing.name) if self.missing else gettext("Add to bag")

    @property
    def one_of_a_kind(self) -> bool:
        """Return whether there will never be another one of what is chosen."""
        return bool(self.chosen and self.chosen.one_of_a_kind)

    @property
    def watched(self) -> list[ProductId]:
        """Return the pieces whose stock an open page follows: those of the options, and the chosen one."""
        beside = [one.id for one in self.page.variants[: MAX_WATCHED - 1]]
        return beside if self.chosen is None or self.chosen.id in beside else [*beside, self.chosen.id]

    def places_of(self, value: OptionValue) -> str | None:
        """Return the places of a value's choices among ``watched``, None where not all of them are there."""
        return " ".join(map(str, value.places)) if max(value.places) < MAX_WATCHED - 1 else None

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures: those of what is chosen, then those of the whole family, then the others."""
        if len(self.matching) == len(self.page.variants):
            return self.page.pictures
        tied = self.page.variant_pictures
        own = {one for choice in self.matching for one in tied.get(choice.id, ())}
        others = {one for pictures in tied.values() for one in pictures} - own
        return tuple(sorted(self.page.pictures, key=lambda one: (one not in own, one in others)))

    @property
    def pictures_follow(self) -> bool:
        """Return whether another choice can have other pictures."""
        return bool(self.page.variant_pictures)

    @property
    def care_html(self) -> str:
        """Return the care text as HTML; a gift card needs none."""
        if self.page.is_gift_card:
            return ""
        return render_markdown(self.page.care, top=4)

    @property
    def details(self) -> list[tuple[str, str]]:
        """Return what the piece is made of and measures, in words; nothing of a gift card."""
        if self.page.is_gift_card:
            return []
        page, weights = self.page, {one.weight_grams for one in self.matching}
        grams = weights.pop() if len(weights) == 1 else 0
        said = (
            (gettext("Material"), ", ".join(page.materials)),
            (gettext("Color"), ", ".join(page.colours)),
            (gettext("Dimensions"), page.dimensions),
            (gettext("Weight"), formats().weight(grams) if grams else ""),
            (gettext("Origin"), page.origin),
            (gettext("Maker"), page.vendor),
            (gettext("SKU"), self.chosen.sku if self.chosen else ""),
        )
        return [(term, text) for term, text in said if text]


@dataclass(frozen=True)
class ProductView:
    """What the page shows beside the panel."""

    panel: BuyPanel
    trail: Sequence[tuple[str, str]]
    related: Sequence[Card]
    similar: Sequence[Card]
    reviews: ReviewSummary | None


def find_product_request(
    slug: str,
    choice: ProductId | None,
    given: Sequence[str | None] = (),
    *,
    country: str,
    now: datetime,
) -> ProductRequest | None:
    """Return the piece at ``slug`` with its live stock, or None where there is no such page.

    ``choice``, or else the values of options ``given``, are what is asked for of a family. One statement
    while the catalogue stays as it is.
    """
    live = list_priced_variants(slug, now)
    if not live:
        return None
    _, key = get_index_and_key(now)
    asked = choice if any(one.id == choice for one in live) else None
    arrives = shipping.find_arrival(shipping.find_cached_zone(country))
    # Cards of other pieces lag by the same half minute as lists; the piece itself is keyed by what was just
    # read.
    state = tuple((one.price, one.free, one.most_per_order, _wait(one, now)) for one in live)
    # The page of a gift card names the days on which it can be sent.
    today = shop_time().date()
    seen = ("piece", slug, asked, tuple(given), *key, state, country, arrives, today)
    return ProductRequest(slug, live, asked, tuple(given), country, arrives, seen)


def get_buy_panel(request: ProductRequest) -> BuyPanel:
    """Return what is shown of the piece itself; one statement per request, however often it is asked for.

    Raises NotFound when the page has gone since.
    """
    cache = request_memo()
    panel: BuyPanel | None = cache.get("panel")
    if panel is None:
        page = find_product_page(request.slug, request.live)
        if page is None:
            raise NotFound
        category = get_tree().by_id.get(page.category_id) if page.category_id else None
        values = chosen_values(page.option_names, page.variants, request.choice, request.given)
        panel = cache["panel"] = BuyPanel(page, values, category, request.country, request.arrives)
    return panel


def get_product_view(request: ProductRequest, now: datetime) -> ProductView:
    """Return the whole page; beside the panel's one statement for cards, and one for reviews where there
    are any.
    """
    panel = get_buy_panel(request)
    page, related = panel.page, panel.page.related_ids
    index, _ = get_index_and_key(now)
    similar = [one for one in similar_to(index, page.id, SIMILAR + len(related)) if one not in related]
    shown = list_cards([*related, *similar[:SIMILAR]], now)
    above = get_tree().path_to(panel.category) if panel.category else ()
    return ProductView(
        panel=panel,
        trail=[(gettext("Home"), "/"), *((one.name, one.url) for one in above)],
        related=[card for card in shown if card.product_id in related][:SIMILAR],
        similar=[card for card in shown if card.product_id not in related],
        reviews=reviews.get_summary(page.id) if page.rating_count else None,
    )


def _wait(one: PricedVariant, now: datetime) -> int:
    """Return the minutes until something may be free again, 0 where it is free or sold."""
    return minutes_left(one.held_until, now) if one.is_held and one.held_until else 0

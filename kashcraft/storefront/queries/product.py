"""The product page: live stock, related products, reviews and delivery dates."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import zip_longest

from kashcraft.accounts.rules import country_name
from kashcraft.catalogue.presenters import choose_text
from kashcraft.catalogue.queries import get_tree
from kashcraft.catalogue.rules import CategoryNode, render_markdown
from kashcraft.content.queries import get_site_content
from kashcraft.core.caches import request_memo
from kashcraft.core.errors import NotFound
from kashcraft.core.formats import minutes_left
from kashcraft.core.i18n import gettext
from kashcraft.core.ids import ProductId
from kashcraft.core.money import Money
from kashcraft.core.settings import formats, settings, shop_time
from kashcraft.product_cards.presenters import stock_words
from kashcraft.product_cards.queries import ProductPage, find_product_page, list_priced_variants
from kashcraft.product_cards.rules import Picture, PricedVariant, stock_state
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


@dataclass(frozen=True)
class ProductRequest:
    """A request for a product with its live prices and stock, and the cache key of its page.

    A variant is requested by its id or by option values in the order of the options. ``part_key`` has all
    that the page shows of the moment, and nothing of other products.
    """

    slug: str
    live: tuple[PricedVariant, ...]
    variant_id: ProductId | None
    option_values: tuple[str | None, ...]
    country: str
    arrives: DeliveryWindow | None
    part_key: tuple[Hashable, ...]
    key: tuple[Hashable, ...]


@dataclass(frozen=True)
class BuyPanel:
    """The part of the page that changes with the selected variant.

    ``values`` are the selected option values.
    """

    page: ProductPage
    values: Values
    category: CategoryNode | None
    country: str
    arrives: DeliveryWindow | None

    @property
    def country_name(self) -> str:
        """Return the name of the country for which ``arrives`` is calculated."""
        return country_name(self.country)

    def accepts(self, option_values: Sequence[str | None]) -> bool:
        """Return whether each requested option value is selected."""
        return all(wanted in (None, chosen) for wanted, chosen in zip_longest(option_values, self.values))

    @cached_property
    def matching(self) -> Sequence[PricedVariant]:
        """Return the variants that match the selected option values."""
        return matching(self.page.variants, self.values)

    @cached_property
    def chosen(self) -> PricedVariant | None:
        """Return the selected variant, or None until every option is selected."""
        return self.matching[0] if None not in self.values else None

    @cached_property
    def cheapest(self) -> PricedVariant:
        """Return the variant whose price is shown: the selected one, otherwise the cheapest match."""
        return min(self.matching, key=lambda one: one.price)

    @cached_property
    def money(self) -> Money:
        """Return the current price of the selected variant, otherwise the lowest price."""
        return Money(self.cheapest.price, self.page.currency)

    @cached_property
    def compare_at(self) -> Money | None:
        """Return the amount that is crossed out during a sale, otherwise None."""
        was = self.cheapest.compare_at
        return None if was is None else Money(was, self.page.currency)

    @cached_property
    def price_from(self) -> bool:
        """Return whether the price depends on options that are not selected yet."""
        return any(one.price != self.cheapest.price for one in self.matching)

    @property
    def amounts(self) -> list[tuple[ProductId, Money]]:
        """Return the amounts of a gift card with the ids of their variants."""
        return [(one.id, Money(one.price, self.page.currency)) for one in self.page.variants]

    @cached_property
    def stock(self) -> str:
        """Return the stock state of the selected variant; before that only whether nothing is available."""
        if self.chosen:
            return stock_state(self.chosen.free, is_held=self.chosen.is_held)
        if any(one.free > 0 for one in self.matching):
            return ""
        return stock_state(0, is_held=self.held_until is not None)

    @cached_property
    def is_unavailable(self) -> bool:
        """Return whether nothing that matches the selected values can be bought now."""
        return self.stock in ("sold_out", "held")

    @cached_property
    def held_until(self) -> datetime | None:
        """Return when the first hold ends, where all remaining units are held for other customers."""
        ends = [one.held_until for one in self.matching if one.is_held and one.held_until]
        return min(ends, default=None)

    @property
    def most(self) -> int:
        """Return the largest quantity per order of the selected variant."""
        limit = self.chosen.most_per_order if self.chosen else None
        return limit or settings().most_per_order

    @cached_property
    def axes(self) -> tuple[OptionAxis, ...]:
        """Return the options with their values; empty for a product without variants."""
        return build_axes(self.page.option_names, self.page.variants, self.values)

    @cached_property
    def questions(self) -> list[OptionAxis]:
        """Return the options with more than one value."""
        return [axis for axis in self.axes if axis.is_question]

    @cached_property
    def announcement(self) -> str:
        """Return the selected values with price and stock for screen readers; empty before a selection."""
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

    @cached_property
    def missing(self) -> OptionAxis | None:
        """Return the first option that is not selected, or None."""
        return next((axis for axis in self.axes if axis.chosen is None), None)

    @cached_property
    def button_text(self) -> str:
        """Return the text of the button."""
        return choose_text(self.missing.name) if self.missing else gettext("Add to bag")

    @cached_property
    def one_of_a_kind(self) -> bool:
        """Return whether the selected variant will never be restocked."""
        return bool(self.chosen and self.chosen.one_of_a_kind)

    @property
    def watched(self) -> list[ProductId]:
        """Return the ids whose stock an open page watches: the variants, and the selected one."""
        ids = [one.id for one in self.page.variants[: MAX_WATCHED - 1]]
        return ids if self.chosen is None or self.chosen.id in ids else [*ids, self.chosen.id]

    def places_of(self, value: OptionValue) -> str | None:
        """Return the positions of a value's variants among ``watched``, None unless all are watched."""
        return " ".join(map(str, value.places)) if max(value.places) < MAX_WATCHED - 1 else None

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        """Return the pictures: those of matching variants, then those of the product, then the others."""
        if len(self.matching) == len(self.page.variants):
            return self.page.pictures
        by_variant = self.page.variant_pictures
        own = {one for variant in self.matching for one in by_variant.get(variant.id, ())}
        others = {one for pictures in by_variant.values() for one in pictures} - own
        return tuple(sorted(self.page.pictures, key=lambda one: (one not in own, one in others)))

    @property
    def pictures_follow(self) -> bool:
        """Return whether variants have pictures of their own."""
        return bool(self.page.variant_pictures)

    @cached_property
    def care_html(self) -> str:
        """Return the care text as HTML; empty for gift cards."""
        if self.page.is_gift_card:
            return ""
        return render_markdown(self.page.care, top=4)

    @cached_property
    def safety(self) -> list[tuple[str, str]]:
        """Return what product safety requires, in words: maker, responsible person, warnings, country."""
        labels = {
            "maker": gettext("Manufacturer"),
            "maker_address": gettext("Address"),
            "responsible_person": gettext("Responsible person"),
            "safety_warnings": gettext("Warnings"),
            "origin_country": gettext("Country of origin"),
        }
        named = {"origin_country": country_name}
        return [(labels[name], named.get(name, str)(text)) for name, text in self.page.safety]

    @cached_property
    def details(self) -> list[tuple[str, str]]:
        """Return the materials, dimensions and other details in words; empty for gift cards."""
        if self.page.is_gift_card:
            return []
        page, weights = self.page, {one.weight_grams for one in self.matching}
        grams = weights.pop() if len(weights) == 1 else 0
        rows = (
            (gettext("Material"), ", ".join(page.materials)),
            (gettext("Color"), ", ".join(page.colours)),
            (gettext("Dimensions"), page.dimensions),
            (gettext("Weight"), formats().weight(grams) if grams else ""),
            (gettext("Origin"), page.origin),
            (gettext("Maker"), page.vendor),
            (gettext("SKU"), self.chosen.sku if self.chosen else ""),
        )
        return [(term, text) for term, text in rows if text]


@dataclass(frozen=True)
class ProductView:
    """The content of the page around the panel, without other products."""

    panel: BuyPanel
    trail: Sequence[tuple[str, str]]
    reviews: ReviewSummary | None


def find_product_request(
    slug: str,
    variant_id: ProductId | None,
    option_values: Sequence[str | None] = (),
    *,
    find_country: Callable[[], str],
    now: datetime,
) -> ProductRequest | None:
    """Return the product with a slug and its live stock, or None where there is no such page.

    A variant is selected by ``variant_id``, otherwise by ``option_values``. ``find_country`` returns the
    country of delivery; it may read settings, whose version the first statement reads. One statement while
    the catalogue does not change.
    """
    live = list_priced_variants(slug, now)
    if not live:
        return None
    _, key = get_index_and_key(now)
    selected = variant_id if any(one.id == variant_id for one in live) else None
    country = find_country()
    arrives = shipping.find_arrival(shipping.find_cached_zone(country))
    # Cards of other products may be as old as in lists; the product itself is always current.
    state = tuple((one.price, one.free, one.most_per_order, _minutes_held(one, now)) for one in live)
    # The page of a gift card shows the dates on which it can be sent, others link to help pages that exist.
    shown = (shop_time().date(), tuple(get_site_content().help_urls), settings().shown_key)
    options = tuple(option_values)
    part_key = ("product", slug, selected, options, state, country, arrives, *shown)
    return ProductRequest(slug, live, selected, options, country, arrives, part_key, (*part_key, *key))


def get_buy_panel(request: ProductRequest) -> BuyPanel:
    """Return the panel of a product. One statement per request, even for repeated calls.

    Raises NotFound if the page was removed in the meantime.
    """
    cache = request_memo()
    panel: BuyPanel | None = cache.get("panel")
    if panel is None:
        page = find_product_page(request.slug, request.live)
        if page is None:
            raise NotFound
        category = get_tree().by_id.get(page.category_id) if page.category_id else None
        values = chosen_values(page.option_names, page.variants, request.variant_id, request.option_values)
        panel = cache["panel"] = BuyPanel(page, values, category, request.country, request.arrives)
    return panel


def get_product_view(request: ProductRequest) -> ProductView:
    """Return the content of the page without other products.

    In addition to the panel one statement for reviews, if there are any.
    """
    panel = get_buy_panel(request)
    above = get_tree().path_to(panel.category) if panel.category else ()
    return ProductView(
        panel=panel,
        trail=[(gettext("Home"), "/"), *((one.name, one.url) for one in above)],
        reviews=reviews.get_summary(panel.page.id) if panel.page.rating_count else None,
    )


def _minutes_held(one: PricedVariant, now: datetime) -> int:
    """Return the minutes until held units may become available, 0 where none are held."""
    return minutes_left(one.held_until, now) if one.is_held and one.held_until else 0

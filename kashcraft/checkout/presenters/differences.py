"""Sentences for the differences between the order that its buyer saw and the one to place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.money import Money


def differences(
    seen: Mapping[str, Any], now: Mapping[str, Any], *, currency: str, formats: Formats
) -> list[str]:
    """Return a sentence for each difference between two snapshots of an order; empty for the same order.

    The last sentence is about the amount due, if that differs.
    """
    found = _Differences(seen, now, currency, formats)
    return [
        *found.order(),
        *found.lines(),
        *found.delivery(),
        *found.discounts(),
        *found.gift_cards(),
        *found.sums(),
    ]


class _Differences:
    """The sentences for each part of two snapshots."""

    def __init__(
        self, seen: Mapping[str, Any], now: Mapping[str, Any], currency: str, formats: Formats
    ) -> None:
        self.seen, self.now, self.currency, self.formats = seen, now, currency, formats

    def order(self) -> Iterator[str]:
        if self._differ("checkout"):
            yield _("The order that you looked at has ended or was another one. This one is not placed yet.")

    def lines(self) -> Iterator[str]:
        before, after = self.seen["lines"], self.now["lines"]
        for key, (name, units, price) in before.items():
            if key not in after:
                yield _("%(name)s is no longer in your bag.", name=name)
                continue
            _name, units_now, price_now = after[key]
            if units != units_now:
                yield _(
                    "Your bag holds %(now)s of %(name)s instead of %(before)s.",
                    name=name, before=units, now=units_now,
                )  # fmt: skip
            if price != price_now:
                yield _(
                    "%(name)s costs %(now)s instead of %(before)s.",
                    name=name, before=self._amount(price), now=self._amount(price_now),
                )  # fmt: skip
        for key in after.keys() - before.keys():
            name, units, price = after[key]
            yield _(
                "%(name)s was added to your bag: %(units)s at %(price)s each.",
                name=name, units=units, price=self._amount(price),
            )  # fmt: skip

    def delivery(self) -> Iterator[str]:
        deliveries = (self.seen["delivery"], self.now["delivery"])
        if deliveries[0] != deliveries[1]:
            before, now = map(self._delivered, deliveries)
            yield _("Your order is delivered by %(now)s instead of %(before)s.", before=before, now=now)
        if self._differ("delivery_price"):
            yield _("Delivery costs %(now)s instead of %(before)s.", **self._amounts("delivery_price"))
        if self._differ("address"):
            yield _("Your order goes to %(now)s instead of %(before)s.", **self._both("address"))
        if self._differ("billing"):
            addresses = (self.seen["billing"], self.now["billing"])
            before, now = (address or _("the delivery address") for address in addresses)
            yield _("The invoice goes to %(now)s instead of %(before)s.", before=before, now=now)
        if self._differ("email"):
            yield _("The confirmation goes to %(now)s instead of %(before)s.", **self._both("email"))

    def discounts(self) -> Iterator[str]:
        for kind in ("voucher", "reward"):
            yield from self._discount_changes(self.seen[kind], self.now[kind])
        before, now = self.seen["points"], self.now["points"]
        if before[:1] != now[:1]:
            yield _(
                "%(now)s points are used instead of %(before)s.",
                before=self.formats.number(before[0] if before else 0),
                now=self.formats.number(now[0] if now else 0),
            )
        elif before != now:
            yield _(
                "Your points take %(now)s off instead of %(before)s.",
                before=self._amount(before[1]), now=self._amount(now[1]),
            )  # fmt: skip

    def gift_cards(self) -> Iterator[str]:
        before, after = self.seen["gift_cards"], self.now["gift_cards"]
        for key in [*before, *(key for key in after if key not in before)]:
            label, paid = before.get(key, (after.get(key, ("", 0))[0], 0))
            pays = after.get(key, ("", 0))[1]
            if paid != pays:
                yield _(
                    "Gift card %(digits)s pays %(now)s instead of %(before)s.",
                    digits=label, before=self._amount(paid), now=self._amount(pays),
                )  # fmt: skip

    def sums(self) -> Iterator[str]:
        if self._differ("tax"):
            yield _("The tax is %(now)s instead of %(before)s.", **self._amounts("tax"))
        if self._differ("total"):
            yield _("The total is %(now)s instead of %(before)s.", **self._amounts("total"))
        if self._differ("due") and self.seen["gift_cards"] | self.now["gift_cards"]:
            yield _("You pay %(now)s instead of %(before)s.", **self._amounts("due"))

    def _discount_changes(self, before: list[Any], now: list[Any]) -> Iterator[str]:
        if before and before[:1] != now[:1]:
            yield _("%(name)s does not apply any more.", name=before[0])
        if now and before[:1] != now[:1]:
            yield _("%(name)s takes %(amount)s off.", name=now[0], amount=self._amount(now[1]))
        if before and before[:1] == now[:1] and before != now:
            yield _(
                "%(name)s takes %(now)s off instead of %(before)s.",
                name=now[0], before=self._amount(before[1]), now=self._amount(now[1]),
            )  # fmt: skip

    def _delivered(self, delivery: list[str]) -> str:
        if len(delivery) < 3:
            return delivery[0] if delivery else _("nobody")
        days = self.formats.span(*map(date.fromisoformat, delivery[1:3]), year=False, weekday=True)
        return _("%(name)s (%(days)s)", name=delivery[0], days=days)

    def _differ(self, name: str) -> bool:
        return bool(self.seen[name] != self.now[name])

    def _both(self, name: str) -> dict[str, Any]:
        return {"before": self.seen[name], "now": self.now[name]}

    def _amounts(self, name: str) -> dict[str, str]:
        return {"before": self._amount(self.seen[name]), "now": self._amount(self.now[name])}

    def _amount(self, minor: int) -> str:
        return self.formats.amount(Money(minor, self.currency))

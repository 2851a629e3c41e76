"""What a refund gives back, to the cent: by unit, by amount, delivery, and through which tender.

Everything is a difference of rounded cumulative shares, so that single refunds add up to what was paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderLineId
from kashcraft.core.money import round_half_up, split_proportionally
from kashcraft.orders.rules.status import RefundStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAccount:
    """One line of a paid order: what it cost, and what of it went back before; tax is inside both.

    ``points`` is how many points were spent on it.
    """

    line_id: OrderLineId
    quantity: int
    total: int
    tax: int
    points: int = 0
    is_gift_card: bool = False
    returned: int = 0
    refunded: int = 0

    @property
    def units_left(self) -> int:
        """Return the units that have not been refunded."""
        return self.quantity - self.returned

    @property
    def left(self) -> int:
        """Return the money that has not been refunded."""
        return self.total - self.refunded

    @property
    def tax_refunded(self) -> int:
        """Return the tax inside what was refunded: the rounded share of the line's tax."""
        return tax_inside_part(self.tax, self.total, self.refunded)

    @property
    def net_refunded(self) -> int:
        """Return what was refunded without its tax."""
        return self.refunded - self.tax_refunded

    @property
    def points_returned(self) -> int:
        """Return the spent points that went back with its units: the floored cumulative share.

        They go back with units only, so that nobody keeps the goods and gets the points.
        """
        return self.points * self.returned // self.quantity

    def worth_of(self, units: int) -> int:
        """Return what the next units carry: the difference of rounded cumulative shares of the line, less
        their part of the money that was given back for it before without units.
        """
        carried = self._share(self.returned + units) - self._share(self.returned)
        without_units = self.refunded - self._share(self.returned)
        if without_units:
            carried -= round_half_up(without_units * units, self.units_left)
        return min(max(carried, 0), self.left)

    def less(self, units: int, amount: int) -> LineAccount:
        """Return the line after a refund of units and money."""
        return replace(self, returned=self.returned + units, refunded=self.refunded + amount)

    def _share(self, units: int) -> int:
        return round_half_up(self.total * units, self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A paid order as refunds see it: its lines, its delivery with tax, and what each tender paid and got."""

    lines: tuple[LineAccount, ...]
    shipping: int = 0
    shipping_tax: int = 0
    shipping_refunded: int = 0
    charged: int = 0
    charged_back: int = 0

    @property
    def goods(self) -> tuple[LineAccount, ...]:
        """Return the lines that are no gift cards."""
        return tuple(line for line in self.lines if not line.is_gift_card)

    @property
    def shipping_left(self) -> int:
        """Return what of the delivery has not been refunded."""
        return self.shipping - self.shipping_refunded

    @property
    def left(self) -> int:
        """Return all that has not been refunded."""
        return sum(line.left for line in self.lines) + self.shipping_left

    @property
    def amount_left(self) -> int:
        """Return what can be given back as a free amount: everything but gift cards, which are money."""
        return sum(line.left for line in self.goods) + self.shipping_left

    @property
    def refunded(self) -> int:
        """Return all that was refunded."""
        return sum(line.refunded for line in self.lines) + self.shipping_refunded

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is left to refund, neither money nor units."""
        return self.left == 0 and not any(line.units_left for line in self.lines)

    @property
    def net(self) -> tuple[int, int]:
        """Return (refunded, whole) of the goods after discounts and without tax: what earned the points."""
        return sum(line.net_refunded for line in self.goods), sum(
            line.total - line.tax for line in self.goods
        )

    @property
    def points_returned(self) -> int:
        """Return the spent points that went back, line by line."""
        return sum(line.points_returned for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to go back: units by line, delivery (all that is left of it, or an amount), a free amount."""

    units: Mapping[OrderLineId, int] = field(default_factory=dict)
    amount: int = 0
    shipping: int | bool = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePart:
    """What one line gets back; ``tax`` is inside ``amount``."""

    line_id: OrderLineId
    units: int
    amount: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlan:
    """A refund worked out: parts by line, delivery, through which tender, and the account afterwards."""

    lines: tuple[LinePart, ...]
    shipping: int
    shipping_tax: int
    charged: int
    gift_cards: int
    before: Account
    after: Account

    @property
    def amount(self) -> int:
        """Return all that goes back, with tax."""
        return sum(part.amount for part in self.lines) + self.shipping

    @property
    def tax(self) -> int:
        """Return the tax inside it."""
        return sum(part.tax for part in self.lines) + self.shipping_tax

    @property
    def points(self) -> int:
        """Return the spent points that come back with its units."""
        return self.after.points_returned - self.before.points_returned

    @property
    def units(self) -> dict[OrderLineId, int]:
        """Return the units that go back, by line."""
        return {part.line_id: part.units for part in self.lines if part.units}


def plan(account: Account, wish: Wish) -> RefundPlan:
    """Work out a refund: units first, then delivery, then the free amount over what the goods still carry.

    The card that was charged gets back first, gift cards afterwards. Raises DomainError: refund_units
    (``line_id``, ``left``), refund_shipping (``left``), refund_amount (``left``), refund_nothing.
    """
    lines = _less_units(account.lines, wish.units)
    shipping = account.shipping_left if wish.shipping is True else int(wish.shipping)
    if not 0 <= shipping <= account.shipping_left:
        raise DomainError("refund_shipping", field="shipping", left=account.shipping_left)
    lines, from_shipping = _less_amount(lines, wish.amount, account.shipping_left - shipping)
    shipping += from_shipping
    parts = _parts(account.lines, lines)
    if not parts and not shipping:
        raise DomainError("refund_nothing")
    amount = sum(part.amount for part in parts) + shipping
    charged = min(amount, account.charged - account.charged_back)
    after = replace(
        account,
        lines=lines,
        shipping_refunded=account.shipping_refunded + shipping,
        charged_back=account.charged_back + charged,
    )
    return RefundPlan(
        lines=parts,
        shipping=shipping,
        shipping_tax=_shipping_tax(after) - _shipping_tax(account),
        charged=charged,
        gift_cards=amount - charged,
        before=account,
        after=after,
    )


def everything(account: Account) -> Wish:
    """Return the wish for all that is left: every unit and the delivery."""
    units = {line.line_id: line.units_left for line in account.lines if line.units_left}
    return Wish(units=units, shipping=True)


def refund_status(account: Account) -> RefundStatus:
    """Return how much of an order has gone back; one that cost nothing goes back by its units."""
    if account.refunded == 0 and not any(line.returned for line in account.lines):
        return RefundStatus.NONE
    whole = account.left == 0 and (account.refunded > 0 or account.is_settled)
    return RefundStatus.FULL if whole else RefundStatus.PARTIAL


def points_by_line(points: int, discounts: Sequence[int]) -> list[int]:
    """Return how many of an order's spent points belong to each line, by what they took off it (minor units).

    By largest remainder, so that they add up where a point is worth more than one minor unit.
    """
    return split_proportionally(points, discounts) if any(discounts) else [0] * len(discounts)


def tax_inside_part(tax: int, whole: int, part: int) -> int:
    """Return the tax inside a part of an amount: the rounded share, so that the tax of all parts adds up."""
    return round_half_up(tax * part, whole) if whole else 0


def _less_units(lines: Sequence[LineAccount], units: Mapping[OrderLineId, int]) -> tuple[LineAccount, ...]:
    known = {line.line_id: line for line in lines}
    for line_id, wanted in units.items():
        left = known[line_id].units_left if line_id in known else 0
        if not 0 <= wanted <= left:
            raise DomainError("refund_units", line_id=str(line_id), left=left)
    wanted_units = [(line, units.get(line.line_id, 0)) for line in lines]
    return tuple(line.less(count, line.worth_of(count)) if count else line for line, count in wanted_units)


def _less_amount(
    lines: tuple[LineAccount, ...], amount: int, shipping_left: int
) -> tuple[tuple[LineAccount, ...], int]:
    """Spread a free amount over the goods in proportion to what they still carry; the rest is delivery's."""
    weights = [0 if line.is_gift_card else line.left for line in lines]
    if not 0 <= amount <= sum(weights) + shipping_left:
        raise DomainError("refund_amount", field="amount", left=sum(weights) + shipping_left)
    from_goods = min(amount, sum(weights))
    shares = split_proportionally(from_goods, weights)
    spread = (line.less(0, share) for line, share in zip(lines, shares, strict=True))
    return tuple(spread), amount - from_goods


def _parts(before: Sequence[LineAccount], after: Sequence[LineAccount]) -> tuple[LinePart, ...]:
    changes = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    return tuple(
        LinePart(
            line_id=old.line_id,
            units=new.returned - old.returned,
            amount=new.refunded - old.refunded,
            tax=new.tax_refunded - old.tax_refunded,
        )
        for old, new in changes
    )


def _shipping_tax(account: Account) -> int:
    return tax_inside_part(account.shipping_tax, account.shipping, account.shipping_refunded)

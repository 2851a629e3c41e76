"""Calculation of refunds, exact to the minor unit: by unit, by amount, of delivery, and by tender.

All shares are differences of rounded cumulative shares, so that partial refunds add up to what was paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderLineId
from kashcraft.core.money import round_half_up, split_proportionally
from kashcraft.orders.rules.status import RefundStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundableLine:
    """One line of a paid order: its price and what was refunded so far. Both include tax.

    ``points`` is the number of points that were spent on the line.
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
        """Return the number of units that have not been refunded."""
        return self.quantity - self.returned

    @property
    def left(self) -> int:
        """Return the amount that has not been refunded."""
        return self.total - self.refunded

    @property
    def tax_refunded(self) -> int:
        """Return the tax inside the refunded amount: the rounded share of the line's tax."""
        return tax_inside_part(self.tax, self.total, self.refunded)

    @property
    def net_refunded(self) -> int:
        """Return the refunded amount without tax."""
        return self.refunded - self.tax_refunded

    @property
    def points_returned(self) -> int:
        """Return the number of spent points returned with its units: the floored cumulative share.

        Points are returned with units only, so that a customer cannot get the points and keep the goods.
        """
        return self.points * self.returned // self.quantity

    def worth_of(self, units: int) -> int:
        """Return the amount to refund for the next ``units`` of the line.

        It is the difference of rounded cumulative shares, minus the units' part of earlier refunds by
        amount.
        """
        carried = self._share(self.returned + units) - self._share(self.returned)
        without_units = self.refunded - self._share(self.returned)
        if without_units:
            carried -= round_half_up(without_units * units, self.units_left)
        return min(max(carried, 0), self.left)

    def refunded_by(self, units: int, amount: int) -> RefundableLine:
        """Return the line after a refund of units and money."""
        return replace(self, returned=self.returned + units, refunded=self.refunded + amount)

    def _share(self, units: int) -> int:
        return round_half_up(self.total * units, self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAccount:
    """A paid order as refunds see it: its lines, its delivery including tax, and the charge of its card.

    ``charged`` is what the card paid; ``charged_back`` is what was refunded to it so far.
    """

    lines: tuple[RefundableLine, ...]
    shipping: int = 0
    shipping_tax: int = 0
    shipping_refunded: int = 0
    charged: int = 0
    charged_back: int = 0

    @property
    def goods(self) -> tuple[RefundableLine, ...]:
        """Return the lines that are not gift cards."""
        return tuple(line for line in self.lines if not line.is_gift_card)

    @property
    def shipping_left(self) -> int:
        """Return the amount of the delivery that has not been refunded."""
        return self.shipping - self.shipping_refunded

    @property
    def left(self) -> int:
        """Return the whole amount that has not been refunded."""
        return sum(line.left for line in self.lines) + self.shipping_left

    @property
    def amount_left(self) -> int:
        """Return the amount that can be refunded without units: everything except gift cards."""
        return sum(line.left for line in self.goods) + self.shipping_left

    @property
    def refunded(self) -> int:
        """Return the whole amount refunded so far."""
        return sum(line.refunded for line in self.lines) + self.shipping_refunded

    @property
    def is_settled(self) -> bool:
        """Return whether no money and no units are left to refund."""
        return self.left == 0 and not any(line.units_left for line in self.lines)

    @property
    def net(self) -> tuple[int, int]:
        """Return (refunded, total) of the goods after discounts and without tax: the base of points."""
        return sum(line.net_refunded for line in self.goods), sum(
            line.total - line.tax for line in self.goods
        )

    @property
    def points_returned(self) -> int:
        """Return the number of spent points returned so far."""
        return sum(line.points_returned for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """What is to be refunded: units by line, delivery, and an amount without units.

    ``shipping`` is an amount, or True for all that is left of the delivery.
    """

    units: Mapping[OrderLineId, int] = field(default_factory=dict)
    amount: int = 0
    shipping: int | bool = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRefund:
    """The refund of one line; ``amount`` includes ``tax``."""

    line_id: OrderLineId
    units: int
    amount: int
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlan:
    """A calculated refund: its parts by line, its delivery, its tenders, and the account before and after."""

    lines: tuple[LineRefund, ...]
    shipping: int
    shipping_tax: int
    charged: int
    gift_cards: int
    before: RefundAccount
    after: RefundAccount

    @property
    def amount(self) -> int:
        """Return the whole amount of the refund, including tax."""
        return sum(part.amount for part in self.lines) + self.shipping

    @property
    def tax(self) -> int:
        """Return the tax inside the amount."""
        return sum(part.tax for part in self.lines) + self.shipping_tax

    @property
    def points(self) -> int:
        """Return the number of spent points returned with its units."""
        return self.after.points_returned - self.before.points_returned

    @property
    def units(self) -> dict[OrderLineId, int]:
        """Return the units of the refund by line."""
        return {part.line_id: part.units for part in self.lines if part.units}


def plan(account: RefundAccount, request: RefundRequest) -> RefundPlan:
    """Calculate a refund: units first, then delivery, then the amount without units, spread over the goods.

    The charged card is refunded first, gift cards afterwards. Raises DomainError: refund_units
    (``line_id``, ``left``), refund_shipping (``left``), refund_amount (``left``), refund_nothing.
    """
    lines = _refund_units(account.lines, request.units)
    shipping = account.shipping_left if request.shipping is True else int(request.shipping)
    if not 0 <= shipping <= account.shipping_left:
        raise DomainError("refund_shipping", field="shipping", left=account.shipping_left)
    lines, from_shipping = _refund_amount(lines, request.amount, account.shipping_left - shipping)
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


def full_refund_request(account: RefundAccount) -> RefundRequest:
    """Return the request to refund all that is left: every unit and the delivery."""
    units = {line.line_id: line.units_left for line in account.lines if line.units_left}
    return RefundRequest(units=units, shipping=True)


def refund_status(account: RefundAccount) -> RefundStatus:
    """Return how much of an order was refunded. An order that was free is refunded by its units."""
    if account.refunded == 0 and not any(line.returned for line in account.lines):
        return RefundStatus.NONE
    whole = account.left == 0 and (account.refunded > 0 or account.is_settled)
    return RefundStatus.FULL if whole else RefundStatus.PARTIAL


def points_by_line(points: int, discounts: Sequence[int]) -> list[int]:
    """Return how many of an order's spent points belong to each line; ``discounts`` are in minor units.

    The largest remainder decides, so that the shares add up where a point is worth more than one minor
    unit.
    """
    return split_proportionally(points, discounts) if any(discounts) else [0] * len(discounts)


def tax_inside_part(tax: int, whole: int, part: int) -> int:
    """Return the tax inside a part of an amount: a rounded share, so that the tax of all parts adds up."""
    return round_half_up(tax * part, whole) if whole else 0


def _refund_units(
    lines: Sequence[RefundableLine], units: Mapping[OrderLineId, int]
) -> tuple[RefundableLine, ...]:
    known = {line.line_id: line for line in lines}
    for line_id, wanted in units.items():
        left = known[line_id].units_left if line_id in known else 0
        if not 0 <= wanted <= left:
            raise DomainError("refund_units", line_id=str(line_id), left=left)
    units_by_line = [(line, units.get(line.line_id, 0)) for line in lines]
    return tuple(
        line.refunded_by(count, line.worth_of(count)) if count else line for line, count in units_by_line
    )


def _refund_amount(
    lines: tuple[RefundableLine, ...], amount: int, shipping_left: int
) -> tuple[tuple[RefundableLine, ...], int]:
    """Spread an amount over the goods in proportion to what is left of them; the rest is the delivery's."""
    weights = [0 if line.is_gift_card else line.left for line in lines]
    if not 0 <= amount <= sum(weights) + shipping_left:
        raise DomainError("refund_amount", field="amount", left=sum(weights) + shipping_left)
    from_goods = min(amount, sum(weights))
    shares = split_proportionally(from_goods, weights)
    spread = (line.refunded_by(0, share) for line, share in zip(lines, shares, strict=True))
    return tuple(spread), amount - from_goods


def _parts(before: Sequence[RefundableLine], after: Sequence[RefundableLine]) -> tuple[LineRefund, ...]:
    changes = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    return tuple(
        LineRefund(
            line_id=old.line_id,
            units=new.returned - old.returned,
            amount=new.refunded - old.refunded,
            tax=new.tax_refunded - old.tax_refunded,
        )
        for old, new in changes
    )


def _shipping_tax(account: RefundAccount) -> int:
    return tax_inside_part(account.shipping_tax, account.shipping, account.shipping_refunded)

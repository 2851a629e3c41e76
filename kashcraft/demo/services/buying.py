"""One order of the plan, placed, paid and sent through the services that a real one goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kashcraft.accounts.rules import Address
from kashcraft.cart import queries as carts
from kashcraft.cart.rules import Benefits, Item
from kashcraft.catalogue.rules import options_text
from kashcraft.checkout.presenters import by_email
from kashcraft.core import clock
from kashcraft.core.ids import CheckoutId, GiftCardId, UserId, new_id
from kashcraft.demo.rules.facts import Fate, Person, PlannedOrder
from kashcraft.demo.services import returning, savings
from kashcraft.demo.services.goods import Shelved, Stocked
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order
from kashcraft.orders.rules import DraftLine, OrderDraft
from kashcraft.payments import services as payments
from kashcraft.payments.gateways import IntentRequest, Outcome, sandbox
from kashcraft.payments.gateways.cards import CARDS, Behaviour, SandboxCard
from kashcraft.payments.models import Payment

PAYS = tuple(card for card in CARDS if card.behaviour is Behaviour.PAYS)
DECLINES = next(card for card in CARDS if card.behaviour is Behaviour.DECLINES)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class House:
    """What placing needs to know of the shop."""

    stocked: Stocked
    currency: str
    hold_time: timedelta
    staff_id: UserId
    terms_version: int | None


@dataclass(frozen=True, slots=True)
class PlannedAct:
    """Something that happens at a moment."""

    moment: datetime
    run: Callable[[], object]


class Purchase:
    """One planned order and what happens to it, as acts in the order of time."""

    def __init__(
        self, plan: PlannedOrder, person: Person, user: Callable[[], UserId | None], house: House
    ) -> None:
        self.plan = plan
        self.person = person
        self.house = house
        self._user = user
        self._order: Order | None = None
        self._payment: Payment | None = None
        self._card_id: GiftCardId | None = None

    @property
    def order(self) -> Order:
        """Return the order, once it is placed."""
        assert self._order is not None
        return self._order

    def acts(self, today: datetime) -> list[PlannedAct]:
        """Return everything that happens to the order until today."""
        placed = today - timedelta(minutes=self.plan.minutes_ago)
        arrived = placed + timedelta(minutes=self.plan.delivered_after)
        acts = [PlannedAct(placed, self.place)]
        if self.plan.gift_card:
            acts.append(PlannedAct(placed - timedelta(minutes=5), self.be_given_a_card))
        fate = self.plan.fate
        if fate is Fate.DECLINED:
            acts.append(PlannedAct(placed + timedelta(minutes=2), self.decline))
        elif fate is Fate.EXPIRED:
            acts.append(
                PlannedAct(placed + self.house.hold_time, lambda: orders.expire(order_id=self.order.id))
            )
        elif fate is Fate.CANCELLED:
            acts.append(PlannedAct(placed + timedelta(minutes=9), self.call_off))
        elif fate.is_paid:
            acts.append(PlannedAct(placed + timedelta(minutes=3), self.pay))
        steps = {
            "processing": PlannedAct(placed + 19 * HOUR, self.process),
            "shipped": PlannedAct(placed + 43 * HOUR, lambda: orders.mark_shipped(order_id=self.order.id)),
            "delivered": PlannedAct(arrived, lambda: orders.mark_delivered(order_id=self.order.id)),
        }
        if self._has_a_parcel():
            acts += [steps[name] for name in fate.reaches]
        if fate is Fate.CALLED_OFF:
            acts.append(PlannedAct(placed + 4 * HOUR, self.call_off))
        if fate is Fate.RETURNED:
            acts.append(PlannedAct(min(arrived + timedelta(days=9), today - HOUR), self.take_back))
        if fate is Fate.PART_RETURNED:
            acts.append(PlannedAct(min(arrived + timedelta(days=12), today - HOUR), self.take_one_back))
        return acts

    def _has_a_parcel(self) -> bool:
        """Return whether there is anything to pack: gift cards go out by e-mail."""
        return any(not self.house.stocked.by_sku[sku].product.is_gift_card for sku, _ in self.plan.lines)

    def be_given_a_card(self) -> None:
        """Get a gift card from staff, for the order that comes next."""
        self._card_id = savings.give_card(
            value=self.plan.gift_card, currency=self.house.currency, person=self.person,
            staff_id=self.house.staff_id,
        )  # fmt: skip

    def place(self) -> None:
        """Write the order under its hold of stock."""
        draft = _draft(self.plan, self.person, self._user(), self.house, card_id=self._card_id)
        self._order = orders.claim(written=orders.write(draft=draft))

    def pay(self) -> None:
        """Pay it with a card of the sandbox, which keeps the payment for later refunds."""
        self._use(PAYS[self.plan.minutes_ago % len(PAYS)])
        if any(self.house.stocked.by_sku[sku].product.is_gift_card for sku, _ in self.plan.lines):
            # They go out at once, so that their letters lie in the past like all others.
            savings.send_cards()

    def decline(self) -> None:
        """Try to pay it with a card that is declined."""
        self._use(DECLINES)

    def process(self) -> None:
        """Let the workshop begin."""
        orders.start_processing(order_id=self.order.id, actor_id=self.house.staff_id)

    def call_off(self) -> None:
        """Cancel it, and pay the money back where there was any."""
        orders.cancel(order_id=self.order.id, actor_id=self._user(), reason="Changed my mind")
        self._pay_back()

    def take_back(self) -> None:
        """Take everything back and put it on the shelf again."""
        orders.refund_in_full(
            order_id=self.order.id, reason="Returned unused", restock=True, actor_id=self.house.staff_id
        )
        self._pay_back()

    def take_one_back(self) -> None:
        """Take one unit of the first line back and put it on the shelf again."""
        returning.take_back_one(order_id=self.order.id, actor_id=self.house.staff_id)
        self._pay_back()

    def _use(self, card: SandboxCard) -> None:
        payment = payments.open_payment(order_id=self.order.id)
        if payment is None:
            return
        request = IntentRequest(
            key=str(payment.id), amount=payment.amount, currency=payment.currency,
            description=self.order.number, return_url="/",
        )  # fmt: skip
        processor = sandbox.processor()
        reference = processor.create(request).reference
        processor.pay(reference, card)
        outcome = Outcome(
            payment_id=payment.id, reference=reference, status=card.first_status, amount=payment.amount,
            currency=payment.currency, decline_code=card.decline_code, brand=card.brand, last4=card.last4,
        )  # fmt: skip
        self._payment = payments.record_outcome(gateway=sandbox.NAME, outcome=outcome)

    def _pay_back(self) -> None:
        if self._payment is not None:
            returning.pay_out(order_id=self.order.id, payment=self._payment)


def _draft(
    plan: PlannedOrder, person: Person, user_id: UserId | None, house: House, *, card_id: GiftCardId | None
) -> OrderDraft:
    lines = [(house.stocked.by_sku[sku], quantity) for sku, quantity in plan.lines]
    customer = savings.customer_key(user_id, person)
    benefits = Benefits(
        voucher=savings.voucher(plan.voucher, customer) if plan.voucher else None,
        gift_cards=savings.cards([card_id]) if card_id else (),
        categories={shelved.page.id: frozenset({shelved.shelf_id}) for shelved, _ in lines},
    )
    address = person.address()
    items = [_item(shelved, quantity, clock.now()) for shelved, quantity in lines]
    price = carts.price_items(
        items, address=Address.from_dict(address), benefits=benefits, version=house.terms_version
    )
    wished = [option for option in price.options if option.is_express is plan.express]
    option = next(iter(wished or price.options), None)
    return OrderDraft(
        checkout_id=CheckoutId(new_id()),
        user_id=user_id,
        email=person.email,
        phone=person.phone,
        shipping_address=address,
        billing_address=address,
        delivery=option.delivery if option else by_email(),
        quote=option.quote if option else price.goods,
        lines=tuple(_line(shelved) for shelved, _ in lines),
        customer_key=customer,
    )


def _item(shelved: Shelved, quantity: int, moment: datetime) -> Item:
    product = shelved.product
    return Item(
        product_id=product.id,
        page_id=shelved.page.id,
        name=shelved.page.name,
        quantity=quantity,
        unit_price=product.price_at(moment),
        regular_price=product.price or 0,
        weight_grams=product.weight_grams,
        tax_class=product.tax_class,
        is_gift_card=product.is_gift_card,
    )


def _line(shelved: Shelved) -> DraftLine:
    product, page = shelved.product, shelved.page
    return DraftLine(
        key=product.id,
        product_id=product.id,
        sku=product.sku or "",
        name=page.name,
        page_slug=page.slug or "",
        options=options_text(product.option_values, page.option_names),
        picture=shelved.picture,
        weight_grams=product.weight_grams,
    )

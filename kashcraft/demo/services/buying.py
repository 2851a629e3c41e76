"""The actions of a planned order, which use the services of real orders and payments."""

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
from kashcraft.demo.rules.input import OrderOutcome, Person, PlannedOrder
from kashcraft.demo.services import discounts, returns
from kashcraft.demo.services.catalogue import DemoProduct, LoadedCatalogue
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
class ShopContext:
    """The loaded shop, as placing orders needs it."""

    catalogue: LoadedCatalogue
    currency: str
    hold_time: timedelta
    staff_id: UserId
    terms_version: int | None


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """A call to be made at a moment of the year."""

    moment: datetime
    run: Callable[[], object]


class Purchase:
    """A planned order and its actions from placing to return."""

    def __init__(
        self, plan: PlannedOrder, person: Person, user: Callable[[], UserId | None], context: ShopContext
    ) -> None:
        self.plan = plan
        self.person = person
        self.context = context
        self._user = user
        self._order: Order | None = None
        self._payment: Payment | None = None
        self._card_id: GiftCardId | None = None

    @property
    def order(self) -> Order:
        """Return the order. Fails before ``place`` was called."""
        assert self._order is not None
        return self._order

    def actions(self, today: datetime) -> list[PlannedAction]:
        """Return the actions of the order until today, in no particular order."""
        placed = today - timedelta(minutes=self.plan.minutes_ago)
        arrived = placed + timedelta(minutes=self.plan.delivered_after)
        actions = [PlannedAction(placed, self.place)]
        if self.plan.gift_card:
            actions.append(PlannedAction(placed - timedelta(minutes=5), self.receive_gift_card))
        outcome = self.plan.outcome
        if outcome is OrderOutcome.DECLINED:
            actions.append(PlannedAction(placed + timedelta(minutes=2), self.decline))
        elif outcome is OrderOutcome.EXPIRED:
            actions.append(
                PlannedAction(placed + self.context.hold_time, lambda: orders.expire(order_id=self.order.id))
            )
        elif outcome is OrderOutcome.CANCELLED:
            actions.append(PlannedAction(placed + timedelta(minutes=9), self.cancel))
        elif outcome.is_paid:
            actions.append(PlannedAction(placed + timedelta(minutes=3), self.pay))
        steps = {
            "processing": PlannedAction(placed + 19 * HOUR, self.process),
            "shipped": PlannedAction(placed + 43 * HOUR, lambda: orders.mark_shipped(order_id=self.order.id)),
            "delivered": PlannedAction(arrived, lambda: orders.mark_delivered(order_id=self.order.id)),
        }
        if self._has_a_parcel():
            actions += [steps[name] for name in outcome.statuses]
        if outcome is OrderOutcome.CANCELLED_AFTER_PAYMENT:
            actions.append(PlannedAction(placed + 4 * HOUR, self.cancel))
        if outcome is OrderOutcome.RETURNED:
            actions.append(PlannedAction(min(arrived + timedelta(days=9), today - HOUR), self.return_all))
        if outcome is OrderOutcome.PART_RETURNED:
            actions.append(
                PlannedAction(min(arrived + timedelta(days=12), today - HOUR), self.return_one_unit)
            )
        return actions

    def _has_a_parcel(self) -> bool:
        """Return whether a line needs a parcel; gift cards are sent by e-mail."""
        return any(not self.context.catalogue.by_sku[sku].product.is_gift_card for sku, _ in self.plan.lines)

    def receive_gift_card(self) -> None:
        """Issue the goodwill card that this order uses."""
        self._card_id = discounts.issue_goodwill_card(
            value=self.plan.gift_card, currency=self.context.currency, person=self.person,
            staff_id=self.context.staff_id,
        )  # fmt: skip

    def place(self) -> None:
        """Place the order, which holds its stock."""
        draft = _draft(self.plan, self.person, self._user(), self.context, card_id=self._card_id)
        self._order = orders.claim(written=orders.write(draft=draft))

    def pay(self) -> None:
        """Pay the order with a test card; the payment is needed for a later refund."""
        self._use(PAYS[self.plan.minutes_ago % len(PAYS)])
        if any(self.context.catalogue.by_sku[sku].product.is_gift_card for sku, _ in self.plan.lines):
            # Sent here, so that these e-mails are dated in the past, too.
            discounts.send_cards()

    def decline(self) -> None:
        """Try to pay the order with a card that is declined."""
        self._use(DECLINES)

    def process(self) -> None:
        """Start processing the order."""
        orders.start_processing(order_id=self.order.id, actor_id=self.context.staff_id)

    def cancel(self) -> None:
        """Cancel the order and refund what was paid."""
        orders.cancel(order_id=self.order.id, actor_id=self._user(), reason="Changed my mind")
        self._pay_back()

    def return_all(self) -> None:
        """Refund the whole order and return its units to stock."""
        orders.refund_in_full(
            order_id=self.order.id, reason="Returned unused", restock=True, actor_id=self.context.staff_id
        )
        self._pay_back()

    def return_one_unit(self) -> None:
        """Refund one unit of the first line and return it to stock."""
        returns.return_one_unit(order_id=self.order.id, actor_id=self.context.staff_id)
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
            returns.pay_out(order_id=self.order.id, payment=self._payment)


def _draft(
    plan: PlannedOrder,
    person: Person,
    user_id: UserId | None,
    context: ShopContext,
    *,
    card_id: GiftCardId | None,
) -> OrderDraft:
    lines = [(context.catalogue.by_sku[sku], quantity) for sku, quantity in plan.lines]
    customer = discounts.customer_key(user_id, person)
    benefits = Benefits(
        voucher=discounts.voucher(plan.voucher, customer) if plan.voucher else None,
        gift_cards=discounts.cards([card_id]) if card_id else (),
        categories={sold.page.id: frozenset({sold.category_id}) for sold, _ in lines},
    )
    address = person.address()
    items = [_item(sold, quantity, clock.now()) for sold, quantity in lines]
    price = carts.price_items(
        items, address=Address.from_dict(address), benefits=benefits, version=context.terms_version
    )
    preferred = [option for option in price.options if option.is_express is plan.express]
    option = next(iter(preferred or price.options), None)
    return OrderDraft(
        checkout_id=CheckoutId(new_id()),
        user_id=user_id,
        email=person.email,
        phone=person.phone,
        shipping_address=address,
        billing_address=address,
        delivery=option.delivery if option else by_email(),
        quote=option.quote if option else price.goods,
        lines=tuple(_line(sold) for sold, _ in lines),
        customer_key=customer,
    )


def _item(sold: DemoProduct, quantity: int, moment: datetime) -> Item:
    product = sold.product
    return Item(
        product_id=product.id,
        page_id=sold.page.id,
        name=sold.page.name,
        quantity=quantity,
        unit_price=product.price_at(moment),
        regular_price=product.price or 0,
        weight_grams=product.weight_grams,
        tax_class=product.tax_class,
        is_gift_card=product.is_gift_card,
    )


def _line(sold: DemoProduct) -> DraftLine:
    product, page = sold.product, sold.page
    return DraftLine(
        key=product.id,
        product_id=product.id,
        sku=product.sku or "",
        name=page.name,
        page_slug=page.slug or "",
        options=options_text(product.option_values, page.option_names),
        picture=sold.picture,
        weight_grams=product.weight_grams,
    )

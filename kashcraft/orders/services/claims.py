"""Claims of an order beside its stock: the use of a voucher, gift card balance, points and a reward.

Claims are made after the stock and always in this order, so that two orders never deadlock. Each claim is
made once and released once. It can be made again for a late payment.
"""

from __future__ import annotations

from uuid import UUID

from kashcraft.core.ids import GiftCardId, VoucherId
from kashcraft.gift_cards import services as gift_cards
from kashcraft.gift_cards.queries import list_charges
from kashcraft.inventory import services as stock
from kashcraft.inventory.models import HolderKind
from kashcraft.loyalty import services as loyalty
from kashcraft.orders.models import Order
from kashcraft.orders.rules import OrderDraft
from kashcraft.vouchers import services as vouchers
from kashcraft.vouchers.queries import find_customer_key, find_use


def claim(*, order: Order, draft: OrderDraft) -> None:
    """Claim everything that the draft's quote relies on. Raises the DomainErrors of the packages called."""
    voucher = draft.quote.voucher
    if voucher is not None:
        vouchers.claim(
            voucher_id=VoucherId(_id(voucher.reference)),
            order_id=order.id,
            customer_key=draft.customer_key,
            user_id=order.user_id,
            discount=voucher.discount,
            order_total=order.subtotal,
            final_total=order.total,
        )
    cards = [(GiftCardId(_id(paid.reference)), paid.amount) for paid in draft.quote.gift_card_payments]
    if cards:
        gift_cards.charge(order_id=order.id, amounts=sorted(cards), user_id=order.user_id)
    _claim_points(order)


def claim_again(*, order: Order) -> None:
    """Claim again what the order released when it expired. Raises what ``claim`` raises."""
    used = find_use(order.id) if order.voucher_code else None
    if used is not None:
        vouchers.claim(
            voucher_id=used.voucher_id,
            order_id=order.id,
            customer_key=find_customer_key(user_id=order.user_id, email=order.email) or "",
            user_id=order.user_id,
            discount=used.discount_amount,
            order_total=used.order_total,
            final_total=used.final_total,
        )
    if order.gift_card_total:
        gift_cards.charge(order_id=order.id, amounts=list_charges(order.id), user_id=order.user_id)
    _claim_points(order)


def release(*, order: Order) -> None:
    """Release everything that an unpaid order holds, its stock included. A second call changes nothing."""
    stock.release(holder_kind=HolderKind.ORDER, holder_id=order.id)
    if order.voucher_code:
        vouchers.release(order_id=order.id)
    if order.gift_card_total:
        gift_cards.return_payment(order_id=order.id)
    if order.points_spent:
        loyalty.return_points(order_id=order.id)
    if order.reward_id:
        loyalty.return_reward(order_id=order.id)


def _claim_points(order: Order) -> None:
    if order.user_id is None:
        return
    if order.points_spent:
        loyalty.spend(user_id=order.user_id, order_id=order.id, points=order.points_spent)
    if order.reward_id:
        loyalty.redeem_reward(reward_id=order.reward_id, user_id=order.user_id, order_id=order.id)


def _id(reference: object) -> UUID:
    return reference if isinstance(reference, UUID) else UUID(str(reference))

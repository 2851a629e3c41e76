"""The wiring between packages: reactions to events, the schedule of jobs, and values for templates."""

from __future__ import annotations

import pkgutil
from dataclasses import is_dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask

import kashcraft
from kashcraft import events
from kashcraft.accounts import jobs as account_jobs
from kashcraft.accounts.services import personal_data as account_data
from kashcraft.audit import services as audit
from kashcraft.backoffice.views.layout_values import staff_layout_values
from kashcraft.blog import jobs as blog_jobs
from kashcraft.books import jobs as book_jobs
from kashcraft.cart import handlers as cart
from kashcraft.cart import jobs as cart_jobs
from kashcraft.cart.services import personal_data as cart_data
from kashcraft.catalogue import handlers as catalogue_reactions
from kashcraft.catalogue import jobs as catalogue_jobs
from kashcraft.checkout import handlers as checkout
from kashcraft.checkout import services as checkout_services
from kashcraft.comparisons import services as comparisons
from kashcraft.core import audit_trail, bus, jobs, observations, personal_data, template_values
from kashcraft.core.bus import Wiring
from kashcraft.core.jobs import Schedule
from kashcraft.core.personal_data import Reach
from kashcraft.core.template_values import Reader
from kashcraft.events import accounts, catalogue, inventory, loyalty, orders, payments
from kashcraft.gift_cards import handlers as gift_cards
from kashcraft.gift_cards import jobs as gift_card_jobs
from kashcraft.gift_cards.services import personal_data as gift_card_data
from kashcraft.gift_cards.views import code_in_email
from kashcraft.inventory import handlers as stock
from kashcraft.inventory import jobs as stock_jobs
from kashcraft.inventory.services import personal_data as stock_data
from kashcraft.loyalty import handlers as members
from kashcraft.loyalty import jobs as member_jobs
from kashcraft.loyalty.services import personal_data as member_data
from kashcraft.notifications import jobs as message_jobs
from kashcraft.notifications import services as notifications
from kashcraft.orders import handlers as orders_reactions
from kashcraft.orders import jobs as order_jobs
from kashcraft.orders.services import personal_data as order_data
from kashcraft.payments import jobs as payment_jobs
from kashcraft.payments.services import personal_data as payment_data
from kashcraft.payments.views import order_page_values
from kashcraft.quick_buy import jobs as quick_buy_jobs
from kashcraft.quick_buy import services as quick_buy
from kashcraft.reviews import services as reviews
from kashcraft.search import jobs as search_jobs
from kashcraft.search import services as search
from kashcraft.storefront.views.layout_values import help_values, layout_values
from kashcraft.tracking import jobs as tracking_jobs
from kashcraft.tracking import services as tracking
from kashcraft.uploads import jobs as upload_jobs
from kashcraft.uploads import services as uploads
from kashcraft.vouchers import handlers as vouchers
from kashcraft.vouchers.services import personal_data as voucher_data
from kashcraft.waitlist import jobs as waitlist_jobs
from kashcraft.waitlist import services as waitlist

DAILY = 24 * 3600

REACTIONS: dict[type[Any], Wiring] = {
    accounts.CustomerRegistered: Wiring(in_step=(members.open_loyalty_account, vouchers.assign_guest_uses)),
    accounts.EmailConfirmed: Wiring(in_step=(orders_reactions.adopt_guest_orders,)),
    accounts.SignedIn: Wiring(in_step=(cart.merge_at_sign_in, members.confirm_referral)),
    catalogue.ProductChanged: Wiring(),
    catalogue.PriceChanged: Wiring(),
    catalogue.SaleBegan: Wiring(),
    catalogue.SaleEnded: Wiring(),
    catalogue.ProductArchived: Wiring(),
    inventory.StockChanged: Wiring(in_step=(catalogue_reactions.stock_changed, stock.alert_when_low)),
    inventory.StockFreed: Wiring(),
    loyalty.TierChanged: Wiring(after=(member_jobs.notify_of_tier,)),
    orders.OrderPlaced: Wiring(),
    orders.OrderMoved: Wiring(),
    orders.OrderPaid: Wiring(
        in_step=(
            gift_cards.issue_paid,
            cart.empty_paid_cart,
            checkout.close_paid_checkout,
            members.reward_purchase,
        ),
        after=(order_jobs.send_confirmation,),
    ),
    orders.OrderCancelled: Wiring(
        in_step=(cart.detach_ended_order, checkout.restart_checkout), after=(payment_jobs.end_open,)
    ),
    orders.OrderExpired: Wiring(in_step=(cart.detach_ended_order, checkout.restart_checkout)),
    orders.RefundMade: Wiring(after=(payment_jobs.return_refund, order_jobs.notify_customer_of_refund)),
    payments.PaymentFailed: Wiring(after=(payment_jobs.notify_customer_of_failed_payment,)),
}

SCHEDULES: list[Schedule] = [
    Schedule(stock_jobs.release_expired, every=30),
    Schedule(stock_jobs.archive_logs, every=DAILY),
    Schedule(stock_jobs.purge_released, every=DAILY),
    Schedule(order_jobs.expire_due, every=30),
    Schedule(payment_jobs.reconcile, every=120),
    Schedule(gift_card_jobs.deliver_due, every=60),
    Schedule(gift_card_jobs.expire_due, every=3600),
    Schedule(gift_card_jobs.forget_codes, every=3600),
    Schedule(member_jobs.expire_points, every=DAILY),
    Schedule(member_jobs.birthdays, every=DAILY),
    Schedule(member_jobs.expire_rewards, every=DAILY),
    Schedule(member_jobs.notify_of_expiry, every=DAILY),
    Schedule(member_jobs.settle_tiers, every=DAILY),
    Schedule(book_jobs.check_ledgers, every=DAILY),
    Schedule(account_jobs.purge_sessions, every=DAILY),
    Schedule(account_jobs.purge_invitations, every=DAILY),
    Schedule(quick_buy_jobs.expire_due, every=60),
    Schedule(cart_jobs.purge_abandoned, every=DAILY),
    Schedule(tracking_jobs.archive_events, every=DAILY),
    Schedule(blog_jobs.roll_up_views, every=DAILY),
    Schedule(search_jobs.anonymise_searches, every=DAILY),
    Schedule(search_jobs.purge_searches, every=DAILY),
    Schedule(waitlist_jobs.end_lapsed, every=60),
    Schedule(waitlist_jobs.purge_ended, every=DAILY),
    Schedule(jobs.purge, every=3600),
    Schedule(upload_jobs.purge_unused, every=3600),
    Schedule(catalogue_jobs.publish_due, every=60),
    Schedule(catalogue_jobs.announce_sales, every=30),
    Schedule(catalogue_jobs.purge_changes, every=3600),
    Schedule(message_jobs.forget, every=3600),
]

# Values by template, for each page or e-mail that is this template or extends it.
TEMPLATE_VALUES: dict[str, Reader] = {
    "layouts/shop.html": layout_values,
    "layouts/checkout.html": help_values,
    "checkout/_checkout.html": help_values,
    "layouts/staff.html": staff_layout_values,
    "orders/show.html": order_page_values,
    "emails/gift_card/body.txt": code_in_email,
    "emails/gift_card/body.html": code_in_email,
}


# What each feature exports and erases of a person, in the order in which they erase: those that refuse come
# first, and the account last, by which the others find their rows.
PERSONAL_DATA: dict[str, Reach] = {
    "orders": Reach(
        order_data,
        (
            "orders.user_id", "orders.email", "orders.email_key", "orders.search_key", "orders.mailbox_key",
            "orders.network_key", "orders.shipping_address", "orders.billing_address", "orders.phone",
            "order_lines.details", "order_events.note", "refunds.reason", "return_requests.note",
            "return_requests.answer",
        ),
    ),
    "payments": Reach(
        payment_data,
        (
            "saved_payment_methods.user_id", "saved_payment_methods.token",
            "saved_payment_methods.cardholder_name", "saved_payment_methods.wallet_email",
            "saved_payment_methods.billing_zip", "saved_payment_methods.billing_country",
        ),
    ),
    "checkout": Reach(
        checkout_services,
        (
            "checkouts.user_id", "checkouts.email", "checkouts.phone", "checkouts.shipping_address",
            "checkouts.billing_address",
        ),
    ),
    "cart": Reach(
        cart_data,
        ("carts.user_id", "cart_lines.details"),
    ),
    "quick buy": Reach(
        quick_buy,
        ("quick_checkout_sessions.user_id",),
    ),
    "loyalty": Reach(
        member_data,
        (
            "loyalty_accounts.user_id", "loyalty_accounts.birth_day", "loyalty_accounts.birth_month",
            "points_histories.notes",
        ),
    ),
    "gift cards": Reach(
        gift_card_data,
        (
            "gift_cards.purchased_by", "gift_cards.purchased_by_name", "gift_cards.purchased_by_email",
            "gift_cards.recipient_name", "gift_cards.recipient_email", "gift_cards.custom_message",
            "gift_cards.notes", "gift_card_usages.user_id", "gift_card_usages.notes",
        ),
    ),
    "vouchers": Reach(
        voucher_data,
        ("voucher_usages.user_id", "voucher_usages.customer_hash"),
    ),
    "stock": Reach(
        stock_data,
        ("inventory_reservations.user_id",),
    ),
    "waiting list": Reach(
        waitlist,
        ("waitlists.user_id", "waitlists.email", "waitlists.phone"),
    ),
    "tracking": Reach(
        tracking,
        (
            "tracking_notifications.recipient", "tracking_notifications.message",
            "tracking_notifications.context",
        ),
    ),
    "reviews": Reach(
        reviews,
        ("reviews.user_id", "reviews.author_name"),
    ),
    "comparisons": Reach(
        comparisons,
        ("saved_comparisons.user_id", "saved_comparisons.name", "saved_comparisons.description"),
    ),
    "search": Reach(
        search,
        ("search_histories.user_id", "search_histories.session_hash"),
    ),
    "uploads": Reach(
        uploads,
        ("uploads.user_id", "uploads.name"),
    ),
    "messages": Reach(
        notifications,
        ("messages.user_id", "messages.recipient", "messages.context"),
    ),
    "accounts": Reach(
        account_data,
        (
            "staff_invitations.email", "staff_invitations.email_key", "users.email", "users.email_key",
            "users.password_hash", "users.full_name",
            "users.referral_code", "login_sessions.user_id", "login_sessions.user_agent",
            "saved_addresses.user_id", "saved_addresses.label", "saved_addresses.full_name",
            "saved_addresses.phone", "saved_addresses.email", "saved_addresses.street_address",
            "saved_addresses.street_address2", "saved_addresses.city", "saved_addresses.state",
            "saved_addresses.postal_code", "saved_addresses.country",
        ),
    ),
}  # fmt: skip

# The writers of observations, by the kind that views give to ``observe``.
OBSERVERS: dict[str, observations.Writer] = {}


def published() -> set[type[Any]]:
    """Return every event class of ``kashcraft.events``, without classes that are parts of events."""
    found: set[type[Any]] = set()
    for module in pkgutil.iter_modules(events.__path__, "kashcraft.events."):
        loaded = import_module(module.name)
        found |= {
            kind
            for kind in vars(loaded).values()
            if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.name
        }
    return found - {orders.PaidLine, orders.GiftDetails}


def load_parts() -> None:
    """Import the models and jobs of every package, so that the metadata and the tasks are complete."""
    for package in pkgutil.iter_modules(kashcraft.__path__, "kashcraft."):
        for part in ("models", "jobs"):
            if package.ispkg and find_spec(f"{package.name}.{part}"):
                import_module(f"{package.name}.{part}")


def init_app(app: Flask) -> None:
    """Import all packages and install the wiring.

    Raises LookupError where an event has no entry or a referenced task is not defined.
    """
    load_parts()
    jobs.check_references()
    bus.connect(REACTIONS, published())
    audit_trail.connect(audit.write_entry)
    template_values.connect(app, TEMPLATE_VALUES)
    observations.connect(app, OBSERVERS)
    personal_data.connect(PERSONAL_DATA)

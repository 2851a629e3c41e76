"""The site map: every blueprint with its URL prefix, in the order of registration."""

from __future__ import annotations

from flask import Blueprint, Flask

from kashcraft.accounts import views as accounts
from kashcraft.backoffice.audit import views as staff_audit
from kashcraft.backoffice.categories import views as staff_categories
from kashcraft.backoffice.customers.views import listing as staff_members
from kashcraft.backoffice.customers.views import member as staff_member
from kashcraft.backoffice.dashboard import views as staff_dashboard
from kashcraft.backoffice.delivery.views import methods as staff_delivery_methods
from kashcraft.backoffice.delivery.views import overview as staff_delivery
from kashcraft.backoffice.delivery.views import zones as staff_delivery_zones
from kashcraft.backoffice.gift_cards.views import card as staff_gift_card
from kashcraft.backoffice.gift_cards.views import issuing as staff_gift_card_issuing
from kashcraft.backoffice.gift_cards.views import listing as staff_gift_cards
from kashcraft.backoffice.loyalty.views import program as staff_program
from kashcraft.backoffice.loyalty.views import terms as staff_terms
from kashcraft.backoffice.messages import views as staff_messages
from kashcraft.backoffice.navigation import views as staff_navigation
from kashcraft.backoffice.orders.views import listing as staff_orders
from kashcraft.backoffice.orders.views import order as staff_order
from kashcraft.backoffice.pages import views as staff_pages
from kashcraft.backoffice.pictures import views as staff_pictures
from kashcraft.backoffice.products.views import bulk as staff_bulk
from kashcraft.backoffice.products.views import form as staff_product_form
from kashcraft.backoffice.products.views import imports as staff_imports
from kashcraft.backoffice.products.views import listing as staff_products
from kashcraft.backoffice.products.views import options as staff_options
from kashcraft.backoffice.returns import views as staff_returns
from kashcraft.backoffice.settings import views as staff_settings
from kashcraft.backoffice.staff.views import invitations as staff_invitations
from kashcraft.backoffice.staff.views import listing as staff_people
from kashcraft.backoffice.staff.views import person as staff_person
from kashcraft.backoffice.stock.views import listing as staff_stock
from kashcraft.backoffice.stock.views import product as staff_product
from kashcraft.backoffice.taxes import views as staff_taxes
from kashcraft.backoffice.views import blueprint as backoffice
from kashcraft.backoffice.vouchers.views import form as staff_voucher_form
from kashcraft.backoffice.vouchers.views import listing as staff_vouchers
from kashcraft.backoffice.vouchers.views import voucher as staff_voucher
from kashcraft.cart import views as cart
from kashcraft.catalogue import views as catalogue
from kashcraft.checkout import views as checkout
from kashcraft.gift_cards import views as gift_cards
from kashcraft.orders import views as orders
from kashcraft.payments import views as payments
from kashcraft.storefront import views as storefront

# The sections of the back office: importing their views registers them on its blueprint.
SECTIONS = (
    staff_delivery, staff_delivery_zones, staff_delivery_methods, staff_taxes,
    staff_dashboard, staff_orders, staff_order, staff_returns, staff_categories,
    staff_products, staff_product_form, staff_bulk,
    staff_pictures, staff_stock, staff_product,
    staff_options,
    staff_imports,
    staff_members, staff_member, staff_program, staff_terms, staff_vouchers, staff_voucher_form,
    staff_voucher, staff_gift_cards, staff_gift_card, staff_gift_card_issuing, staff_messages,
    staff_people, staff_person, staff_invitations,
    staff_pages, staff_navigation, staff_settings,
    staff_audit,
)  # fmt: skip
SITE: list[tuple[Blueprint, str]] = [
    (storefront.bp, ""),
    (catalogue.bp, ""),
    (accounts.bp, "/account"),
    (cart.bp, "/cart"),
    (checkout.bp, "/checkout"),
    (gift_cards.bp, "/gift-cards"),
    (storefront.loyalty.bp, ""),
    (orders.bp, ""),
    (payments.bp, ""),
    (backoffice.bp, "/backoffice"),
]


# The pages of payment gateways that are part of the shop, by name of the gateway.
HOSTED: dict[str, list[tuple[Blueprint, str]]] = {"sandbox": [(payments.sandbox, "")]}


def init_app(app: Flask) -> None:
    """Register every blueprint of the site map, and the pages of the payment gateway in use."""
    for blueprint, prefix in [*SITE, *HOSTED.get(app.config["SETTINGS"].payments, [])]:
        app.register_blueprint(blueprint, url_prefix=prefix or None)

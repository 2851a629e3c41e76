"""The site map: every blueprint and the address it stands under, in the order of trying."""

from __future__ import annotations

from flask import Blueprint, Flask

from kashcraft.accounts import views as accounts
from kashcraft.backoffice import views as backoffice
from kashcraft.cart import views as cart
from kashcraft.catalogue import views as catalogue
from kashcraft.checkout import views as checkout
from kashcraft.gift_cards import views as gift_cards
from kashcraft.orders import views as orders
from kashcraft.payments import views as payments
from kashcraft.storefront import views as storefront

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


# The pages of a payment gateway that stands inside the shop, by the gateway's name.
HOSTED: dict[str, list[tuple[Blueprint, str]]] = {"sandbox": [(payments.sandbox, "")]}


def init_app(app: Flask) -> None:
    """Register every blueprint of the site map, and the pages of the gateway in use."""
    for blueprint, prefix in [*SITE, *HOSTED.get(app.config["SETTINGS"].payments, [])]:
        app.register_blueprint(blueprint, url_prefix=prefix or None)

"""The site map: every blueprint and the address it stands under, in the order of trying."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

SITE: list[tuple[str, str]] = [
    ("kashcraft.storefront.views", ""),
    ("kashcraft.catalogue.views", ""),
    ("kashcraft.accounts.views", "/account"),
    ("kashcraft.cart.views", "/cart"),
    ("kashcraft.checkout.views", "/checkout"),
    ("kashcraft.orders.views", ""),
    ("kashcraft.payments.views", ""),
    ("kashcraft.backoffice.views", "/backoffice"),
]


def init_app(app: Flask) -> None:
    """Register every blueprint of the site map."""
    for module, prefix in SITE:
        if find_spec(module) is None:
            continue
        loaded = import_module(module)
        for name in ("bp", "sandbox"):
            if hasattr(loaded, name):
                app.register_blueprint(getattr(loaded, name), url_prefix=prefix or None)

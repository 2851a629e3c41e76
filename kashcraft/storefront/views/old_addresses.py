"""Redirects from the addresses of a shop that was moved here from Shopify."""

from __future__ import annotations

from flask import redirect, request
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import BaseConverter

from kashcraft.catalogue.rules import MARKET
from kashcraft.core.errors import NotFound
from kashcraft.storefront import queries
from kashcraft.storefront.rules import with_campaign
from kashcraft.storefront.views.blueprint import bp


class Market(BaseConverter):
    """The language, or language and country, at the start of an address: de, en-us."""

    regex = MARKET


@bp.record_once
def _register_converter(setup: BlueprintSetupState) -> None:
    setup.app.url_map.converters["market"] = Market


@bp.get("/products/<path:rest>", strict_slashes=False)
def old_product(rest: str) -> ResponseReturnValue:
    """Redirect to the page of a product by its old handle."""
    return _redirect()


@bp.get("/collections", strict_slashes=False)
def old_collections() -> ResponseReturnValue:
    """Redirect to all products."""
    return _redirect()


@bp.get("/collections/<path:rest>", strict_slashes=False)
def old_collection(rest: str) -> ResponseReturnValue:
    """Redirect to a category, or to a product in a collection."""
    return _redirect()


@bp.get("/pages/<path:rest>", strict_slashes=False)
@bp.get("/policies/<path:rest>", strict_slashes=False)
def old_page(rest: str) -> ResponseReturnValue:
    """Redirect to the corresponding help page."""
    return _redirect()


@bp.get("/<market:market>/<path:rest>", strict_slashes=False)
def old_market(market: str, rest: str) -> ResponseReturnValue:
    """Redirect from any of these addresses with a language or country."""
    return _redirect()


def _redirect() -> ResponseReturnValue:
    found = queries.find_new_path(request.path)
    if found is None:
        raise NotFound
    path, is_permanent = found
    return redirect(with_campaign(path, request.args), 301 if is_permanent else 302)

"""Addresses of a shop that moved here from Shopify: they lead on to where the same stands now."""

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
    """The language, or language and country, before the addresses of a shop: de, en-us."""

    regex = MARKET


@bp.record_once
def _know_markets(setup: BlueprintSetupState) -> None:
    setup.app.url_map.converters["market"] = Market


@bp.get("/products/<path:rest>", strict_slashes=False)
def old_product(rest: str) -> ResponseReturnValue:
    """Lead to the page of a product, by the handle that it had."""
    return _onward()


@bp.get("/collections", strict_slashes=False)
def old_collections() -> ResponseReturnValue:
    """Lead to all products."""
    return _onward()


@bp.get("/collections/<path:rest>", strict_slashes=False)
def old_collection(rest: str) -> ResponseReturnValue:
    """Lead to a category, or to a product that was shown in a collection."""
    return _onward()


@bp.get("/pages/<path:rest>", strict_slashes=False)
@bp.get("/policies/<path:rest>", strict_slashes=False)
def old_page(rest: str) -> ResponseReturnValue:
    """Lead to the help page that says the same."""
    return _onward()


@bp.get("/<market:market>/<path:rest>", strict_slashes=False)
def old_market(market: str, rest: str) -> ResponseReturnValue:
    """Lead on from any of these in another language or country."""
    return _onward()


def _onward() -> ResponseReturnValue:
    found = queries.find_new_path(request.path)
    if found is None:
        raise NotFound
    path, for_good = found
    return redirect(with_campaign(path, request.args), 301 if for_good else 302)

"""Live stock for open pages, which request it every few seconds."""

from __future__ import annotations

import json
from hashlib import blake2b

from flask import Response, request

from kashcraft.inventory.queries import get_live_stock
from kashcraft.storefront.presenters import live_stock_data
from kashcraft.storefront.rules import parse_stock_requests
from kashcraft.storefront.views.blueprint import bp


@bp.get("/stock")
def stock() -> Response:
    """Return the stock of the products on a page, or 304 if it has not changed.

    The response is the same for every visitor; its version is a hash of its content.
    """
    requests = parse_stock_requests(request.args.get("ids", ""))
    body = json.dumps(
        live_stock_data(requests, get_live_stock({one.product_id for one in requests})), separators=(",", ":")
    )
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    # Compression changes a strong tag, which would then never match, so the tag is weak.
    response.set_etag(blake2b(body.encode(), digest_size=8).hexdigest(), weak=True)
    response.make_conditional(request)
    return response

"""What open pages ask every few seconds."""

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
    """Say what is left of the pieces that a page shows, or 304 where that is what the page knows already.

    The answer is the same for everybody; the version that it carries is the digest of what is seen.
    """
    asked = parse_stock_requests(request.args.get("ids", ""))
    body = json.dumps(
        live_stock_data(asked, get_live_stock({one.product_id for one in asked})), separators=(",", ":")
    )
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    # Weak, because compression adds its own mark to a strong one, which would never match again.
    response.set_etag(blake2b(body.encode(), digest_size=8).hexdigest(), weak=True)
    response.make_conditional(request)
    return response

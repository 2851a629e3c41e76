"""The search for everything."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.dashboard.presenters.find import found_groups, only_hit, searched_texts
from kashcraft.backoffice.dashboard.queries.find import get_found
from kashcraft.backoffice.rules import Permission, permissions_of
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import LONGEST_SEARCH
from kashcraft.core import clock, flash
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.settings import formats
from kashcraft.gift_cards.rules import is_meant_as_code

flash.register(
    {
        "whole_gift_card_code": _l(
            "Whole gift card codes are searched on the page of gift cards only, so that no address contains "
            "them. Here, use the last four characters."
        )
    }
)


@bp.get("/find")
@requires(Permission.VIEW_DASHBOARD)
def find() -> ResponseReturnValue:
    """Search all sections that the person may open; a single hit is opened at once."""
    words = request.args.get("find", "").strip()[:LONGEST_SEARCH]
    permissions = permissions_of(current_user.roles)
    if is_meant_as_code(words):
        allowed = Permission.VIEW_GIFT_CARDS in permissions
        return go_to(
            url_for("backoffice.gift_cards" if allowed else "backoffice.find"), notice="whole_gift_card_code"
        )
    found = get_found(words, permissions, moment=clock.now()) if words else None
    groups = found_groups(found, words, formats(), url_for) if found else []
    hit = only_hit(groups)
    if hit:
        return go_to(hit)
    context = {"words": words, "groups": groups, "searched": searched_texts(permissions)}
    return render_template("backoffice/dashboard/find.html", **context)

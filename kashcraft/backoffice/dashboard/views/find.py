"""The search for everything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.customers.views.listing import rows as member_rows
from kashcraft.backoffice.dashboard.presenters.find import SEARCHED, FoundGroup, only_hit, searched_texts
from kashcraft.backoffice.dashboard.queries.find import get_found
from kashcraft.backoffice.gift_cards.views.listing import rows as card_rows
from kashcraft.backoffice.orders.views.listing import rows as order_rows
from kashcraft.backoffice.presenters.tables import ALL, ListOutline, TableRow, part_of
from kashcraft.backoffice.rules import Permission, permissions_of
from kashcraft.backoffice.stock.views.listing import rows as stock_rows
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import LONGEST_SEARCH
from kashcraft.backoffice.vouchers.views.listing import rows as voucher_rows
from kashcraft.core import clock, flash
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.gift_cards.rules import is_meant_as_code

# The rows of what was found, by the names of the lists.
ROWS: Mapping[str, Callable[..., Sequence[TableRow]]] = {
    "orders": order_rows,
    "stock": stock_rows,
    "members": member_rows,
    "vouchers": voucher_rows,
    "gift-cards": card_rows,
}
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
    groups = _groups(words, permissions) if words else []
    hit = only_hit(groups)
    if hit:
        return go_to(hit)
    context = {"words": words, "groups": groups, "searched": searched_texts(permissions)}
    return render_template("backoffice/dashboard/find.html", **context)


def _groups(words: str, permissions: Collection[Permission]) -> list[FoundGroup]:
    """Return what the sections find, as rows of their lists."""
    found, groups = get_found(words, permissions, moment=clock.now()), []
    for outline, label, keys in SEARCHED:
        hits = found.get(outline.name)
        if hits and hits.total:
            table = part_of(outline, keys, ROWS[outline.name](hits.items))
            groups.append(FoundGroup(str(label), table, hits.total, _list_url(outline, words)))
    return groups


def _list_url(outline: ListOutline, words: str) -> str:
    """Return the address of a list that searches all its tabs for ``words``."""
    is_usual = outline.tabs[0][0] == ALL
    return url_for(outline.endpoint, find=words, tab=None if is_usual else ALL)

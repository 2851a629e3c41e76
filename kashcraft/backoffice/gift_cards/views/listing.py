"""The list of gift cards, searched by POST, so that no address contains a code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue

from kashcraft.backoffice.gift_cards.presenters import LIST, ListedCard, card_row
from kashcraft.backoffice.presenters.tables import ListRequest, RefusedFind, TableRow
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import LONGEST_SEARCH, answer_list, read_list
from kashcraft.core import clock
from kashcraft.core.forms import note_refusal
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
from kashcraft.gift_cards import queries as cards
from kashcraft.gift_cards import rules
from kashcraft.gift_cards.models import GiftCard
from kashcraft.gift_cards.rules import GiftCardState
from kashcraft.orders import queries as orders


@bp.get("/gift-cards")
@requires(Permission.VIEW_GIFT_CARDS)
def gift_cards() -> ResponseReturnValue:
    """List gift cards by state, or search for them."""
    return _list(read_list(LIST))


@bp.post("/gift-cards/find")
@requires(Permission.VIEW_GIFT_CARDS)
def find_gift_card() -> ResponseReturnValue:
    """Open the card with a whole code, or lead to the list of those that the words fit."""
    typed = request.form.get("find", "").strip()[:LONGEST_SEARCH]
    card = cards.find_any_by_code(typed)
    if card is not None:
        return go_to(_url(card))
    asked = read_list(LIST)
    if not rules.is_meant_as_code(typed):
        return go_to(asked.url(find=typed))
    note_refusal()
    refused = RefusedFind(typed, _("No gift card has this code."))
    return make_response(_list(replace(asked, refused_find=refused)), 422)


def _list(asked: ListRequest) -> ResponseReturnValue:
    return answer_list("backoffice/gift_cards/list.html", asked, _search(asked), rows)


def _search(asked: ListRequest) -> Callable[[int, int], tuple[Sequence[GiftCard], int]]:
    order_id = orders.find_order_id(asked.find)
    state = GiftCardState(asked.tab) if asked.tab != "all" else None
    return lambda page, size: cards.list_cards(
        page=page,
        size=size,
        text="" if order_id else asked.find,
        state=state,
        order_id=order_id,
        sort=asked.sort,
    )


def rows(found: Sequence[GiftCard]) -> list[TableRow]:
    """Return gift cards as rows of their list."""
    return [card_row(_listed(one), formats(), url=_url(one)) for one in found]


def _url(card: GiftCard) -> str:
    return url_for("backoffice.gift_card", card_id=card.id)


def _listed(card: GiftCard) -> ListedCard:
    return ListedCard(
        id=card.id,
        last_four=card.last_four,
        recipient=card.recipient_name or card.recipient_email or card.notes or "",
        issued=card.created_at,
        last_day=rules.last_day(card.expires_at, formats()),
        balance=Money(card.current_balance, card.currency),
        value=Money(card.initial_value, card.currency),
        state=rules.state_of(card, clock.now()),
    )

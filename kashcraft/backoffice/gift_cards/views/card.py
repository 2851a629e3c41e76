"""One gift card with its ledger: corrected, cancelled, sent again, its code shown."""

from __future__ import annotations

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import queries as accounts
from kashcraft.backoffice.gift_cards.forms import REFUSALS, AdjustBalanceForm, CancelForm, SendForm
from kashcraft.backoffice.gift_cards.views.pages import words
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt, run, try_step
from kashcraft.core import clock, flash
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import GiftCardId, new_token
from kashcraft.gift_cards import queries as cards
from kashcraft.gift_cards import rules, services
from kashcraft.gift_cards.models import ActionKind, EntryKind
from kashcraft.gift_cards.services import Receiver
from kashcraft.orders import queries as orders

flash.register(
    {
        "card_adjusted": _l("The balance is corrected."),
        "card_cancelled": _l("The card is cancelled."),
        "card_sent": _l("The e-mail is sent again."),
        "card_not_sent": _l("This card cannot be sent again."),
        "card_sent_just_now": _l("An e-mail was sent just now. Please wait ten minutes before the next."),
        "card_code_gone": _l("The code of this card is no longer kept."),
    }
)
KINDS = {
    EntryKind.ISSUE: _l("Issued"),
    EntryKind.CHARGE: _l("Paid"),
    EntryKind.REFUND: _l("Given back"),
    EntryKind.EXPIRE: _l("Expired"),
    EntryKind.ADJUST: _l("Corrected"),
    EntryKind.CANCEL: _l("Cancelled"),
}
ACTIONS = {
    ActionKind.SENT_AGAIN: _l("Sent again"),
    ActionKind.CODE_SHOWN: _l("Code looked at"),
    ActionKind.CANCELLED: _l("Cancelled"),
}
NOT_SENT = {"gift_card_not_to_send": "card_not_sent", "gift_card_sent_just_now": "card_sent_just_now"}


@bp.get("/gift-cards/<uuid:card_id>")
@requires(Permission.VIEW_GIFT_CARDS)
def gift_card(card_id: GiftCardId) -> ResponseReturnValue:
    """Show a card with its ledger, whom it is for, its e-mails and who issued it."""
    return _page(card_id)


@bp.post("/gift-cards/<uuid:card_id>/code")
@requires(Permission.MANAGE_GIFT_CARDS)
def show_gift_card_code(card_id: GiftCardId) -> ResponseReturnValue:
    """Show the code of a card while it is stored, and record who viewed it."""
    actor_id = current_user.id
    code, refusal = try_step(
        lambda: services.show_code(card_id=card_id, user_id=actor_id), ["gift_card_code_gone"]
    )
    if refusal:
        return go_to(_url(card_id), notice="card_code_gone")
    return _page(card_id, code=code)


@bp.post("/gift-cards/<uuid:card_id>/adjust")
@requires(Permission.MANAGE_GIFT_CARDS)
def adjust_gift_card(card_id: GiftCardId) -> ResponseReturnValue:
    """Correct the balance of a card, once however often the form is sent."""
    form = AdjustBalanceForm.from_request(currency=cards.get_card(card_id).currency)
    if form.validate():
        change, key, reason, actor_id = form.amount.minor, form.key.data, form.reason.data, current_user.id
        work = {"card_id": card_id, "change": change, "key": key, "reason": reason, "user_id": actor_id}
        attempt(lambda: services.adjust(**work), form, REFUSALS, field="amount")
    return _page(card_id, adjust=form) if form.errors else go_to(_url(card_id), notice="card_adjusted")


@bp.post("/gift-cards/<uuid:card_id>/cancel")
@requires(Permission.SUPPORT_GIFT_CARDS)
def cancel_gift_card(card_id: GiftCardId) -> ResponseReturnValue:
    """Cancel a card with what is left on it."""
    form, actor_id = CancelForm.from_request(), current_user.id
    if not form.validate():
        return _page(card_id, cancel=form)
    reason = form.cancel_reason.data
    return run(
        lambda: services.cancel(card_id=card_id, user_id=actor_id, reason=reason),
        _url(card_id),
        done="card_cancelled",
    )


@bp.post("/gift-cards/<uuid:card_id>/send")
@requires(Permission.SUPPORT_GIFT_CARDS)
def send_gift_card(card_id: GiftCardId) -> ResponseReturnValue:
    """Send the e-mail of a card again, to an address that its order named."""
    form, actor_id = SendForm.from_request(), current_user.id
    if not form.validate():
        return go_to(_url(card_id), notice="card_not_sent")
    to, key = Receiver(form.to.data), form.key.data or ""
    return run(
        lambda: services.send_again(card_id=card_id, to=to, key=key, user_id=actor_id),
        _url(card_id),
        done="card_sent",
        refused=NOT_SENT,
    )


def _url(card_id: GiftCardId) -> str:
    return url_for("backoffice.gift_card", card_id=card_id)


def _page(
    card_id: GiftCardId,
    *,
    code: str | None = None,
    adjust: AdjustBalanceForm | None = None,
    cancel: CancelForm | None = None,
) -> Response:
    card = cards.get_card(card_id)
    ledger, actions = cards.list_entries(card_id), cards.list_actions(card_id)
    people = accounts.list_names([*(one.user_id for one in ledger), *(one.user_id for one in actions)])
    key = {"key": new_token()}
    context = {
        "card": card,
        "code": code,
        "ledger": ledger,
        "kinds": KINDS,
        "done": actions,
        "act_names": ACTIONS,
        "people": people,
        "orders": orders.list_contacts(one.order_id for one in ledger),
        "can_send": rules.can_be_sent(card, clock.now()),
        "is_over": card.is_expired(clock.now()),
        "send": SendForm(data=key),
        "adjust": adjust or AdjustBalanceForm(currency=card.currency, data=key),
        "cancel": cancel or CancelForm(),
    }
    status = 422 if adjust or cancel else 200
    return make_response(render_template("backoffice/gift_cards/card.html", **context, **words()), status)

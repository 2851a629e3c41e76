"""Gift cards: which there are, one with its ledger, issued in bulk, corrected, cancelled, sent again."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts import queries as accounts
from kashcraft.backoffice.gift_cards.forms import (
    REFUSALS,
    AdjustBalanceForm,
    CancelForm,
    FindCardForm,
    IssueForm,
    SendForm,
)
from kashcraft.backoffice.gift_cards.presenters import LIST, STATES, ListedCard, card_row
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.core import clock, flash, spreadsheets
from kashcraft.core.db import in_step
from kashcraft.core.errors import DomainError
from kashcraft.core.forms import note_refusal
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import GiftCardId, new_token
from kashcraft.core.money import Money
from kashcraft.core.settings import formats, settings, shop_time
from kashcraft.gift_cards import queries as cards
from kashcraft.gift_cards import rules, services
from kashcraft.gift_cards.models import ActionKind, EntryKind, GiftCard
from kashcraft.gift_cards.rules import GiftCardState
from kashcraft.gift_cards.services import Receiver
from kashcraft.orders import queries as orders

MONTHS = 12
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
# Of the table of codes that are issued in bulk.
HEADINGS = (_l("Code"), _l("Worth"), _l("Currency"), _l("Last day"), _l("Note"))
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


@bp.get("/gift-cards")
@requires(Permission.VIEW_GIFT_CARDS)
def gift_cards() -> ResponseReturnValue:
    """List gift cards by state, or search for them."""
    return _list(FindCardForm(data={"find": request.args.get("find", "").strip()[:120]}))


@bp.post("/gift-cards/find")
@requires(Permission.VIEW_GIFT_CARDS)
def find_gift_card() -> ResponseReturnValue:
    """Open the card with a whole code, or lead to the list of those that the words fit."""
    form = FindCardForm.from_request()
    words = form.find.data or ""
    card = cards.find_any_by_code(words)
    if card is not None:
        return go_to(url_for("backoffice.gift_card", card_id=card.id))
    if not rules.is_meant_as_code(words):
        tab = request.form.get("tab") or None
        return go_to(url_for("backoffice.gift_cards", find=words or None, tab=tab))
    note_refusal()
    form.find.errors = [_("No gift card has this code.")]
    return _list(form, status=422)


@bp.get("/gift-cards/issue")
@requires(Permission.MANAGE_GIFT_CARDS)
def new_gift_cards() -> ResponseReturnValue:
    """Show the form for cards in bulk."""
    return _issue_page(IssueForm(currency=settings().shop_currency, data=_fresh()))


@bp.post("/gift-cards/issue")
@requires(Permission.MANAGE_GIFT_CARDS)
def issue_gift_cards() -> ResponseReturnValue:
    """Issue cards and show their codes, in this answer and in no other page."""
    form = IssueForm.from_request(currency=settings().shop_currency)
    if not form.validate():
        return _issue_page(form, 422)
    try:
        issued = _issue(form)
    except DomainError as refusal:
        form.refuse(_in_words(refusal, form.currency), REFUSALS)
        return _issue_page(form, 422)
    first = issued[0][0]
    context = {"issued": issued, "table": _table(issued), "value": Money(first.initial_value, first.currency)}
    return render_template("backoffice/gift_cards/issued.html", **context, **_words())


@bp.get("/gift-cards/figures")
@requires(Permission.MANAGE_GIFT_CARDS)
def gift_card_figures() -> ResponseReturnValue:
    """Show what cards were issued, used and written off, what the shop owes, and both month by month."""
    currency = settings().shop_currency
    months = cards.list_months(_month_starts(), currency)[::-1]
    context = {"all": cards.list_statistics(), "months": months, "currency": currency}
    return render_template("backoffice/gift_cards/figures.html", **context, **_words())


@bp.get("/gift-cards/<uuid:card_id>")
@requires(Permission.VIEW_GIFT_CARDS)
def gift_card(card_id: GiftCardId) -> ResponseReturnValue:
    """Show a card with its ledger, whom it is for, its letters and who issued it."""
    return _page(card_id)


@bp.post("/gift-cards/<uuid:card_id>/code")
@requires(Permission.MANAGE_GIFT_CARDS)
def show_gift_card_code(card_id: GiftCardId) -> ResponseReturnValue:
    """Show the code of a card while it is stored, and record who viewed it."""
    actor_id = current_user.id
    try:
        code = in_step(lambda: services.show_code(card_id=card_id, user_id=actor_id))
    except DomainError as refusal:
        if refusal.code != "gift_card_code_gone":
            raise
        return go_to(url_for("backoffice.gift_card", card_id=card_id), notice="card_code_gone")
    return _page(card_id, code=code)


@bp.post("/gift-cards/<uuid:card_id>/adjust")
@requires(Permission.MANAGE_GIFT_CARDS)
def adjust_gift_card(card_id: GiftCardId) -> ResponseReturnValue:
    """Correct the balance of a card, once however often the form is sent."""
    currency, actor_id = cards.get_card(card_id).currency, current_user.id
    form = AdjustBalanceForm.from_request(currency=currency)
    if not form.validate():
        return _page(card_id, adjust=form)
    change, key, reason = form.amount.minor, form.key.data, form.reason.data
    work = {"card_id": card_id, "change": change, "key": key, "reason": reason, "user_id": actor_id}
    try:
        in_step(lambda: services.adjust(**work))
    except DomainError as refusal:
        form.refuse(_in_words(refusal, currency, "amount"), REFUSALS)
        return _page(card_id, adjust=form)
    return go_to(url_for("backoffice.gift_card", card_id=card_id), notice="card_adjusted")


@bp.post("/gift-cards/<uuid:card_id>/cancel")
@requires(Permission.SUPPORT_GIFT_CARDS)
def cancel_gift_card(card_id: GiftCardId) -> ResponseReturnValue:
    """Cancel a card with what is left on it."""
    form, actor_id = CancelForm.from_request(), current_user.id
    if not form.validate():
        return _page(card_id, cancel=form)
    reason = form.cancel_reason.data
    in_step(lambda: services.cancel(card_id=card_id, user_id=actor_id, reason=reason))
    return go_to(url_for("backoffice.gift_card", card_id=card_id), notice="card_cancelled")


@bp.post("/gift-cards/<uuid:card_id>/send")
@requires(Permission.SUPPORT_GIFT_CARDS)
def send_gift_card(card_id: GiftCardId) -> ResponseReturnValue:
    """Send the letter of a card again, to an address that its order named."""
    form, actor_id, notice = SendForm.from_request(), current_user.id, "card_sent"
    if not form.validate():
        return go_to(url_for("backoffice.gift_card", card_id=card_id), notice="card_not_sent")
    to, key = Receiver(form.to.data), form.key.data or ""
    try:
        in_step(lambda: services.send_again(card_id=card_id, to=to, key=key, user_id=actor_id))
    except DomainError as refusal:
        if refusal.code not in NOT_SENT:
            raise
        notice = NOT_SENT[refusal.code]
    return go_to(url_for("backoffice.gift_card", card_id=card_id), notice=notice)


def _fresh() -> dict[str, str]:
    return {"key": new_token()}


def _issue(form: IssueForm) -> list[tuple[GiftCard, str]]:
    wanted = {
        "count": form.count.data, "value": form.value.minor, "currency": form.currency,
        "expires_at": form.expires_at(settings().zone), "notes": form.note.data,
        "key": f"bulk:{form.key.data}", "user_id": current_user.id,
    }  # fmt: skip
    return in_step(lambda: services.bulk_issue(**wanted))


def _issue_page(form: IssueForm, status: int = 200) -> ResponseReturnValue:
    page = render_template("backoffice/gift_cards/issue.html", form=form, currency=form.currency)
    return make_response(page, status)


def _table(issued: list[tuple[GiftCard, str]]) -> str:
    """Return codes as an address that holds a whole CSV file, since no second page may show them."""
    rows = [
        (code, str(Money(card.initial_value, card.currency).amount), card.currency,
         rules.last_day(card.expires_at, formats()), card.notes)
        for card, code in issued
    ]  # fmt: skip
    text = spreadsheets.to_csv([str(heading) for heading in HEADINGS], rows)
    return f"data:text/csv;charset=utf-8,{quote(text)}"


def _in_words(refusal: DomainError, currency: str, field: str | None = None) -> DomainError:
    """Return a refusal with its amounts as people write them, beside ``field`` where it names none."""
    details = {
        name: formats().amount(Money(value, currency)) if name in ("most", "available") else value
        for name, value in refusal.details.items()
    }
    return DomainError(refusal.code, field=refusal.field or field, **details)


def _month_starts() -> list[datetime]:
    """Return when the last twelve months began in the shop's time zone, and when the present one ends."""
    now = shop_time()
    present = now.year * 12 + now.month - 1
    wanted = range(present - MONTHS + 1, present + 2)
    return [datetime(number // 12, number % 12 + 1, 1, tzinfo=settings().zone) for number in wanted]


def _words() -> dict[str, object]:
    return {
        "money": lambda minor, currency: Money(minor, currency),
        "last_day": lambda at: rules.last_day(at, formats()),
        "standing": lambda card: STATES[rules.state_of(card, clock.now())],
    }


def _list(form: FindCardForm, status: int = 200) -> ResponseReturnValue:
    asked, find = read_list(LIST), form.find.data or ""
    order_id = None if form.find.errors else orders.find_order_id(find)
    text = "" if order_id or form.find.errors else find
    state = GiftCardState(asked.tab) if asked.tab != "all" else None
    page = answer_list(
        "backoffice/gift_cards/list.html",
        asked,
        lambda number, size: cards.list_cards(
            page=number, size=size, text=text, state=state, order_id=order_id, sort=asked.sort
        ),
        lambda found: [card_row(_listed(one), formats(), url=_url(one)) for one in found],
        context=lambda: {"form": form, "tab": asked.tab},
    )
    return make_response(page, status)


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


def _page(
    card_id: GiftCardId,
    *,
    code: str | None = None,
    adjust: AdjustBalanceForm | None = None,
    cancel: CancelForm | None = None,
) -> ResponseReturnValue:
    card = cards.get_card(card_id)
    ledger, actions = cards.list_entries(card_id), cards.list_actions(card_id)
    people = accounts.list_names([*(one.user_id for one in ledger), *(one.user_id for one in actions)])
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
        "send": SendForm(data=_fresh()),
        "adjust": adjust or AdjustBalanceForm(currency=card.currency, data=_fresh()),
        "cancel": cancel or CancelForm(),
    }
    status = 422 if adjust or cancel else 200
    return make_response(render_template("backoffice/gift_cards/card.html", **context, **_words()), status)

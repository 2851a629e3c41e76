"""Gift cards issued in bulk, and the figures of all cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.backoffice.gift_cards.forms import REFUSALS, IssueForm
from kashcraft.backoffice.gift_cards.views.pages import words
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.steps import attempt
from kashcraft.core import spreadsheets
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import new_token
from kashcraft.core.money import Money
from kashcraft.core.settings import formats, settings, shop_time
from kashcraft.gift_cards import queries as cards
from kashcraft.gift_cards import rules, services

MONTHS = 12
# Of the table of codes that are issued in bulk.
HEADINGS = (_l("Code"), _l("Worth"), _l("Currency"), _l("Last day"), _l("Note"))


@bp.get("/gift-cards/issue")
@requires(Permission.MANAGE_GIFT_CARDS)
def new_gift_cards() -> ResponseReturnValue:
    """Show the form for cards in bulk."""
    return _page(IssueForm(currency=settings().shop_currency, data={"key": new_token()}))


@bp.post("/gift-cards/issue")
@requires(Permission.MANAGE_GIFT_CARDS)
def issue_gift_cards() -> ResponseReturnValue:
    """Issue cards and show their codes, in this answer and in no other page."""
    form = IssueForm.from_request(currency=settings().shop_currency)
    issued = (
        attempt(lambda: services.bulk_issue(**_wanted(form)), form, REFUSALS) if form.validate() else None
    )
    if not issued:
        return _page(form)
    first = issued[0][0]
    # A whole CSV file as an address, since no second page may show the codes.
    rows = [_exported(code, Money(card.initial_value, card.currency), card.expires_at, card.notes)
            for card, code in issued]  # fmt: skip
    table = spreadsheets.to_csv([str(heading) for heading in HEADINGS], rows)
    context = {
        "issued": issued,
        "table": f"data:text/csv;charset=utf-8,{quote(table)}",
        "value": Money(first.initial_value, first.currency),
    }
    return render_template("backoffice/gift_cards/issued.html", **context, **words())


@bp.get("/gift-cards/figures")
@requires(Permission.MANAGE_GIFT_CARDS)
def gift_card_figures() -> ResponseReturnValue:
    """Show what cards were issued, used and written off, what the shop owes, and both month by month."""
    currency = settings().shop_currency
    months = cards.list_months(_month_starts(), currency)[::-1]
    context = {"all": cards.list_statistics(), "months": months, "currency": currency}
    return render_template("backoffice/gift_cards/figures.html", **context, **words())


def _wanted(form: IssueForm) -> dict[str, Any]:
    return {
        "count": form.count.data, "value": form.value.minor, "currency": form.currency,
        "expires_at": form.last_day.ends(settings().zone), "notes": form.note.data,
        "key": f"bulk:{form.key.data}", "user_id": current_user.id,
    }  # fmt: skip


def _page(form: IssueForm) -> ResponseReturnValue:
    page = render_template("backoffice/gift_cards/issue.html", form=form, currency=form.currency)
    return make_response(page, 422 if form.errors else 200)


def _exported(code: str, value: Money, expires_at: datetime | None, note: str | None) -> Sequence[object]:
    """Return the row of an issued card in the CSV file."""
    return (code, str(value.amount), value.currency, rules.last_day(expires_at, formats()), note)


def _month_starts() -> list[datetime]:
    """Return when the last twelve months began in the shop's time zone, and when the present one ends."""
    now = shop_time()
    present = now.year * 12 + now.month - 1
    wanted = range(present - MONTHS + 1, present + 2)
    return [datetime(number // 12, number % 12 + 1, 1, tzinfo=settings().zone) for number in wanted]

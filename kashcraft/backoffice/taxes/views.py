"""The list of tax rates, the form of a rate, and its deletion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from kashcraft.accounts.rules import country_name
from kashcraft.backoffice.presenters.tables import ALL, ListRequest, TableRow, state_counts
from kashcraft.backoffice.rules import Permission, may
from kashcraft.backoffice.taxes.forms import REFUSALS, RateForm, shown_rate
from kashcraft.backoffice.taxes.presenters import LIST, country_filter, days_text, rate_row
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import answer_list, read_list
from kashcraft.backoffice.views.steps import attempt, run
from kashcraft.core import flash
from kashcraft.core.htmx import go_to
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import TaxRateId
from kashcraft.core.settings import formats, settings, shop_time
from kashcraft.core.stale_forms import compare, with_choices
from kashcraft.taxes.queries import get_stored_rate, list_stored_rates, list_tax_classes
from kashcraft.taxes.rules import Period, Rate, StoredRate, period_of
from kashcraft.taxes.services import change_rate, change_rate_from, create_rate, remove_rate

flash.register(
    {
        "rate_created": _l("Tax rate created."),
        "rate_changed": _l("Tax rate saved. Orders that were placed keep their tax."),
        "rate_deleted": _l("Tax rate deleted."),
    }
)


@bp.get("/taxes")
@requires(Permission.VIEW_TAXES)
def taxes() -> ResponseReturnValue:
    """List the rates by country, and by whether they apply now."""
    every = list_stored_rates(day=shop_time().date())
    asked = read_list(LIST, filters=[country_filter(one.data.country for one in every)])
    return answer_list("backoffice/taxes/list.html", asked, _of(asked), _rows, counts=lambda: _counts(every))


@bp.get("/taxes/new")
@requires(Permission.MANAGE_TAXES)
def new_rate() -> ResponseReturnValue:
    """Show the form of a new rate."""
    return _page(RateForm(data={"country": settings().shop_country}))


@bp.post("/taxes/new")
@requires(Permission.MANAGE_TAXES)
def add_rate() -> ResponseReturnValue:
    """Create a rate."""
    form = RateForm.from_request()
    if not form.validate():
        return _page(form)
    data = form.input
    if attempt(lambda: create_rate(data=data), form, REFUSALS) is None:
        return _page(form)
    return go_to(url_for("backoffice.taxes"), notice="rate_created")


@bp.get("/taxes/<uuid:rate_id>")
@requires(Permission.MANAGE_TAXES)
def edit_rate(rate_id: TaxRateId) -> ResponseReturnValue:
    """Show the form of a rate, filled with what is saved."""
    stored = get_stored_rate(rate_id)
    return _page(RateForm(data=shown_rate(stored.data)), stored)


@bp.post("/taxes/<uuid:rate_id>")
@requires(Permission.MANAGE_TAXES)
def save_rate(rate_id: TaxRateId) -> ResponseReturnValue:
    """Change a rate, or end it and begin another one from a day on."""
    saved = RateForm(data=shown_rate(get_stored_rate(rate_id).data))
    form = RateForm(with_choices(request.form, saved))
    if form.validate():
        attempt(_change(rate_id, form, form.input), form, REFUSALS)
    if form.errors:
        return _page(form, get_stored_rate(rate_id))
    return go_to(url_for("backoffice.taxes"), notice="rate_changed")


@bp.get("/taxes/<uuid:rate_id>/delete")
@requires(Permission.MANAGE_TAXES)
def ask_delete_rate(rate_id: TaxRateId) -> ResponseReturnValue:
    """Say what is lost with a rate, and ask."""
    data = get_stored_rate(rate_id).data
    return render_template(
        "backoffice/taxes/delete.html",
        rate_id=rate_id,
        rate=data,
        country=country_name(data.country),
        percent=formats().percent(data.rate, 1_000_000),
        days=days_text(data, formats()),
    )


@bp.post("/taxes/<uuid:rate_id>/delete")
@requires(Permission.MANAGE_TAXES)
def delete_rate(rate_id: TaxRateId) -> ResponseReturnValue:
    """Delete a rate."""
    page = url_for("backoffice.taxes")
    return run(lambda: remove_rate(rate_id=rate_id), page, done="rate_deleted")


def _change(rate_id: TaxRateId, form: RateForm, data: Rate) -> Callable[[], object]:
    """Return the step of a change: from a day on if the form has one, else of all its days."""
    today, seen, since, retroactive = (
        shop_time().date(), form.version.data, form.since.data, bool(form.retroactive.data),
    )  # fmt: skip
    if since:
        return lambda: change_rate_from(rate_id=rate_id, data=data, since=since, today=today, seen=seen)
    return lambda: change_rate(rate_id=rate_id, data=data, today=today, seen=seen, retroactive=retroactive)


def _of(asked: ListRequest) -> Callable[[int, int], tuple[Sequence[StoredRate], int]]:
    period = Period(asked.tab) if asked.tab != ALL else None
    country = asked.filters.get("country", "")
    found = list_stored_rates(day=shop_time().date(), country=country, period=period)
    return lambda page, size: (found[(page - 1) * size : page * size], len(found))


def _counts(rates: Sequence[StoredRate]) -> dict[str, int]:
    found = Counter(period_of(one.data, shop_time().date()) for one in rates)
    return state_counts({period: found[period] for period in Period})


def _rows(found: Sequence[StoredRate]) -> list[TableRow]:
    today, can_edit = shop_time().date(), may(current_user.roles, Permission.MANAGE_TAXES)
    return [
        rate_row(
            str(one.id),
            one.data,
            period_of(one.data, today),
            formats(),
            url=url_for("backoffice.edit_rate", rate_id=one.id) if can_edit else "",
        )
        for one in found
    ]


def _page(form: RateForm, stored: StoredRate | None = None) -> ResponseReturnValue:
    """Return the page of the form, with what is saved beside what was entered where that is outdated."""
    page = render_template(
        "backoffice/taxes/rate.html",
        form=form,
        rate=stored,
        stale=compare(form, RateForm(data=shown_rate(stored.data))) if stored else [],
        classes=list_tax_classes(),
    )
    return make_response(page, 422 if form.errors else 200)
